package io.flowpp.core.train;

import io.flowpp.core.model.FlowPlusPlus;
import java.util.function.BooleanSupplier;

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
   * @throws DivergedException if the loss or its gradient is no longer a number
   */
  public static TrainingResult train(
      TrainingRequest request, TrainingListener listener, BooleanSupplier cancelled) {
    try (TrainingLoop loop =
        new TrainingLoop(request, FlowPlusPlus.build(request.model()), Objective.BOUND, listener)) {
      return loop.run(cancelled);
    }
  }
}
