package io.flowpp.platform.regression;

import io.flowpp.platform.beam.Runners;
import io.flowpp.platform.config.LoadedExperiment;
import io.flowpp.platform.execution.RunExperiment;
import io.flowpp.platform.execution.RunListener;
import io.flowpp.platform.execution.RunRecord;
import io.flowpp.platform.execution.RunRequest;
import io.flowpp.platform.execution.RunResult;
import io.flowpp.platform.stage.Cancellation;
import io.flowpp.platform.stage.Evaluated;
import io.flowpp.platform.stage.EvaluationFiles;
import io.flowpp.platform.stage.PreparedImages;
import io.flowpp.platform.stage.StageName;
import io.flowpp.platform.stage.StageResult;
import io.flowpp.platform.stage.TrainedWeights;
import io.flowpp.platform.workspace.StageKey;
import io.flowpp.platform.workspace.Workspace;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Runs an experiment with one seed, all of it anew: what is cached was made by older code. */
final class RunSeed {
  private final RunExperiment experiments;
  private final Workspace workspace;

  @Inject
  RunSeed(RunExperiment experiments, Workspace workspace) {
    this.experiments = experiments;
    this.workspace = workspace;
  }

  /**
   * @param data digest of the prepared images
   * @param device that {@code auto} came to
   */
  record Run(String runId, String data, String device, SeedResult result) {}

  /**
   * @throws io.flowpp.platform.config.UserFault where a stage failed, or was interrupted
   */
  Run run(
      LoadedExperiment experiment,
      String command,
      RunListener listener,
      Cancellation cancellation) {
    RunRequest request =
        new RunRequest(
            experiment, Runners.IN_LINE, RunRequest.Freshness.FRESH, null, command, null);
    RunResult result = experiments.run(request, listener, cancellation);
    Path prepared = output(result, StageName.PREPARE_DATA);
    Path trained = output(result, StageName.TRAIN_FLOW);
    Path evaluated = output(result, StageName.EVALUATE);
    TrainedWeights weights = StageResult.read(trained, TrainedWeights.class);
    SeedResult seed =
        new SeedResult(
            experiment.config().seed(),
            weights.weightsSha256(),
            bitsPerDim(result.metrics()),
            pixels(evaluated));
    return new Run(
        result.runId(),
        StageResult.read(prepared, PreparedImages.class).digest(),
        weights.compute().device(),
        seed);
  }

  void abandon() {
    experiments.abandon();
  }

  private static Map<String, Double> bitsPerDim(Map<String, Double> metrics) {
    Map<String, Double> chosen = new TreeMap<>(metrics);
    chosen.keySet().removeIf(name -> !name.contains("bpd"));
    return chosen;
  }

  private static SeedResult.Pixels pixels(Path evaluated) {
    try {
      Evaluated result = StageResult.read(evaluated, Evaluated.class);
      return SeedResult.Pixels.of(EvaluationFiles.read(evaluated, result).samples());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the samples in " + evaluated, e);
    }
  }

  private Path output(RunResult result, StageName stage) {
    RunRecord.Stage done =
        result.stages().stream()
            .filter(each -> each.name().equals(stage.id()))
            .findFirst()
            .orElseThrow();
    return workspace.find(new StageKey(done.name(), done.key())).orElseThrow();
  }
}
