package io.flowpp.core.train;

import io.flowpp.core.spec.PretrainingSpec;
import java.util.function.BooleanSupplier;

/** Gives q(u|x) a start before the flow exists. */
public final class DequantizerTrainer {
  private DequantizerTrainer() {}

  /**
   * As {@link FlowTrainer#train}; the request's training budget is that of the pretraining, the
   * result's weights are those of the dequantizer alone.
   */
  public static TrainingResult train(
      TrainingRequest request,
      PretrainingSpec pretraining,
      TrainingListener listener,
      BooleanSupplier cancelled) {
    throw new IllegalStateException("in work");
  }
}
