package io.flowpp.platform.stage;

import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.PretrainingSpec;
import io.flowpp.core.spec.TrainingSpec;
import io.flowpp.core.train.DequantizerTrainer;
import io.flowpp.core.train.TrainingRequest;
import io.flowpp.core.train.TrainingResult;
import io.flowpp.platform.data.PreparedData;
import io.flowpp.platform.device.Tf32;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;

/** Gives the dequantizer a start before the flow exists. Its key does not read the flow. */
final class PretrainDequantizer implements Stage.Single<PretrainDequantizer.Input, TrainedWeights> {

  /**
   * @param model only its dequantizer, shape and bits are read
   * @param prepared output of the data preparation
   */
  record Input(ModelSpec model, PretrainingSpec pretraining, long seed, Path prepared) {}

  private final OpenData opened;

  @Inject
  PretrainDequantizer(OpenData opened) {
    this.opened = opened;
  }

  @Override
  public StageName name() {
    return StageName.PRETRAIN_DEQUANTIZER;
  }

  @Override
  public Class<Input> inputType() {
    return Input.class;
  }

  @Override
  public Class<TrainedWeights> outputType() {
    return TrainedWeights.class;
  }

  @Override
  public boolean isNative() {
    return true;
  }

  @Override
  public TrainedWeights run(Input input, StageContext context) {
    TrainingSpec training = training(input.pretraining());
    Tf32.require("pretraining.tf32", training.compute().tf32(), context.compute(), System.getenv());
    // The key reads nothing of the flow, so the stage is not shown any.
    ModelSpec model =
        new ModelSpec(
            input.model().shape(), input.model().bits(), input.model().dequantizer(), List.of());
    PreparedData data = opened.at(input.prepared());
    TrainingRequest request =
        new TrainingRequest(
            model,
            training,
            data.train(),
            data.validation(),
            input.seed(),
            context.checkpoints(training.steps()),
            null,
            context.compute().device(),
            context.compute().threads());
    TrainingResult result =
        DequantizerTrainer.train(
            request,
            input.pretraining(),
            new TrainingEvents(context.events()),
            context.cancellation()::isCancelled);
    return TrainedWeights.of(result, context);
  }

  private static TrainingSpec training(PretrainingSpec pretraining) {
    if (pretraining instanceof PretrainingSpec.TowardsUniform uniform) {
      return uniform.training();
    }
    if (pretraining instanceof PretrainingSpec.WithProxy proxy) {
      return proxy.training();
    }
    throw new IllegalStateException("nothing to pretrain: the stage is skipped for " + pretraining);
  }
}
