package io.flowpp.platform.stage;

import io.flowpp.platform.config.ExperimentConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What each stage is given: its part of the configuration and the outputs of the stages before. */
public final class StageInputs {
  private StageInputs() {}

  /**
   * The input of {@code stage} as JSON.
   *
   * @param source folder of the raw images
   * @param options of the runner that prepares data
   * @param outputs directories of the stages before that have one
   */
  public static String of(
      StageName stage,
      ExperimentConfig config,
      Path source,
      List<String> options,
      Map<StageName, Path> outputs) {
    Object input =
        switch (stage) {
          case PREPARE_DATA -> new PrepareData.Input(config.data(), source, options);
          case PRETRAIN_DEQUANTIZER ->
              new PretrainDequantizer.Input(
                  config.model(),
                  config.pretraining(),
                  config.seed(),
                  required(outputs, StageName.PREPARE_DATA));
          case TRAIN_FLOW -> {
            Path pretrained = outputs.get(StageName.PRETRAIN_DEQUANTIZER);
            yield new TrainFlow.Input(
                config.model(),
                config.training(),
                config.seed(),
                required(outputs, StageName.PREPARE_DATA),
                pretrained == null ? null : TrainedWeights.in(pretrained),
                config.tracking().sampleGrids());
          }
          case EVALUATE ->
              new Evaluate.Input(
                  config.model(),
                  config.evaluation(),
                  TrainedWeights.in(required(outputs, StageName.TRAIN_FLOW)),
                  required(outputs, StageName.PREPARE_DATA));
        };
    return StageJson.write(input);
  }

  private static Path required(Map<StageName, Path> outputs, StageName stage) {
    Path output = outputs.get(stage);
    if (output == null) {
      throw new IllegalStateException("the output of " + stage.id() + " is needed and not there");
    }
    return output;
  }
}
