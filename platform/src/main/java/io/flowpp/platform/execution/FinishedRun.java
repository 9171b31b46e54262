package io.flowpp.platform.execution;

import io.flowpp.core.evaluate.ImageScore;
import io.flowpp.platform.config.LoadedExperiment;
import io.flowpp.platform.stage.Evaluated;
import io.flowpp.platform.stage.PreparedImages;
import io.flowpp.platform.stage.TrainedWeights;
import io.flowpp.platform.stage.TrainingCurve;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run to its end, as it lies in the workspace.
 *
 * @param experiment what was run, whole
 * @param parameters the same, flat, with the numbers of the model's weights
 * @param pretrained null where there was no pretraining
 * @param scores of the test images, by index
 */
public record FinishedRun(
    RunRecord record,
    RunRecord.Result result,
    LoadedExperiment experiment,
    Map<String, String> parameters,
    PreparedImages images,
    @Nullable TrainedWeights pretrained,
    TrainedWeights trained,
    TrainingCurve curve,
    Evaluated evaluated,
    List<ImageScore> scores) {
  public FinishedRun {
    parameters = Map.copyOf(parameters);
    scores = List.copyOf(scores);
  }
}
