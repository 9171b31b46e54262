package io.flowpp.platform.stage;

import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.TrainingSpec;
import io.flowpp.core.train.FlowTrainer;
import io.flowpp.core.train.TrainingRequest;
import io.flowpp.core.train.TrainingResult;
import io.flowpp.platform.data.PreparedData;
import io.flowpp.platform.device.Tf32;
import jakarta.inject.Inject;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Trains dequantizer and flow together. */
final class TrainFlow implements Stage.Single<TrainFlow.Input, TrainedWeights> {

  /**
   * @param prepared output of the data preparation
   * @param dequantizer weights of the pretrained dequantizer, or null for random ones
   * @param sampleGrids pictures of samples to draw meanwhile: shown, and part of no result
   */
  record Input(
      ModelSpec model,
      TrainingSpec training,
      long seed,
      Path prepared,
      @Nullable Path dequantizer,
      int sampleGrids) {}

  private final OpenData opened;

  @Inject
  TrainFlow(OpenData opened) {
    this.opened = opened;
  }

  @Override
  public StageName name() {
    return StageName.TRAIN_FLOW;
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
    Tf32.require(
        "training.tf32", input.training().compute().tf32(), context.compute(), System.getenv());
    PreparedData data = opened.at(input.prepared());
    TrainingRequest request =
        new TrainingRequest(
            input.model(),
            input.training(),
            data.train(),
            data.validation(),
            input.seed(),
            context.checkpoints(input.training().steps()),
            input.dequantizer(),
            context.compute().device(),
            context.compute().threads());
    try (TrainingSamples samples = TrainingSamples.of(input, context, data.train())) {
      TrainingResult result =
          FlowTrainer.train(
              request,
              new SampledEvents(context.events(), samples),
              context.cancellation()::isCancelled);
      TrainedWeights trained = TrainedWeights.of(result, context);
      samples.leaveIn(context.output());
      return trained;
    }
  }
}
