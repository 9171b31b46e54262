package io.flowpp.core.train;

import io.flowpp.core.kernel.KernelTimes;
import io.flowpp.core.model.FlowPlusPlus;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Trains q(u|x) and p(x+u) together by the variational bound, from the last whole checkpoint on
 * where there is one.
 */
public final class FlowTrainer {
  private FlowTrainer() {}

  /**
   * Runs until the budget is spent or {@code cancelled} says so (asked before every step; a
   * checkpoint is then written).
   *
   * @throws DivergedException if the loss or its gradient is no longer a number, and going back to
   *     checkpoints as often as is allowed has not helped
   */
  public static TrainingResult train(
      TrainingRequest request, TrainingListener listener, BooleanSupplier cancelled) {
    return train(request, listener, cancelled, null);
  }

  /**
   * The same, telling where its time goes.
   *
   * @param times what each kernel takes is added to it; null for not
   */
  public static TrainingResult train(
      TrainingRequest request,
      TrainingListener listener,
      BooleanSupplier cancelled,
      @Nullable KernelTimes times) {
    try (TrainingLoop loop =
        new TrainingLoop(request, FlowPlusPlus.build(request.model()), Objective.BOUND, listener)) {
      loop.timeInto(times);
      return loop.run(cancelled);
    }
  }
}
