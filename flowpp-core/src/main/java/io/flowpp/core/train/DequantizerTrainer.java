package io.flowpp.core.train;

import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.spec.DequantizerSpec;
import io.flowpp.core.spec.FlowStepSpec;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.PretrainingSpec;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Gives q(u|x) a start before the flow exists. */
public final class DequantizerTrainer {
  private DequantizerTrainer() {}

  /**
   * As {@link FlowTrainer#train}, on the dequantizer alone or with a proxy flow that is dropped
   * afterwards. The request's budget is that of the pretraining; the result's weights hold the
   * dequantizer's among others, under the names that {@link TrainingRequest#dequantizerWeights}
   * wants.
   */
  public static TrainingResult train(
      TrainingRequest request,
      PretrainingSpec pretraining,
      TrainingListener listener,
      BooleanSupplier cancelled) {
    ModelSpec spec = request.model();
    if (!(spec.dequantizer() instanceof DequantizerSpec.Variational)) {
      throw new IllegalArgumentException("uniform dequantization has nothing to pretrain");
    }
    if (pretraining instanceof PretrainingSpec.None) {
      throw new IllegalArgumentException("no pretraining was asked for");
    }
    List<FlowStepSpec> flow =
        pretraining instanceof PretrainingSpec.WithProxy proxy ? proxy.proxy() : List.of();
    Objective objective =
        pretraining instanceof PretrainingSpec.WithProxy
            ? Objective.BOUND
            : Objective.TOWARDS_UNIFORM;
    FlowPlusPlus model =
        FlowPlusPlus.build(new ModelSpec(spec.shape(), spec.bits(), spec.dequantizer(), flow));
    try (TrainingLoop loop = new TrainingLoop(request, model, objective, listener)) {
      return loop.run(cancelled);
    }
  }
}
