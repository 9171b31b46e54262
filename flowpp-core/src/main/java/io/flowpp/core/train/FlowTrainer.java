package io.flowpp.core.train;

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
   */
  public static TrainingResult train(
      TrainingRequest request, TrainingListener listener, BooleanSupplier cancelled) {
    throw new IllegalStateException("in work");
  }
}
