package io.flowpp.platform.execution;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.inject.Inject;
import io.flowpp.platform.config.ConfigText;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.ExperimentLoader;
import io.flowpp.platform.config.LoadedExperiment;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.stage.Evaluated;
import io.flowpp.platform.stage.EvaluationFiles;
import io.flowpp.platform.stage.PreparedImages;
import io.flowpp.platform.stage.StageJson;
import io.flowpp.platform.stage.StageName;
import io.flowpp.platform.stage.StageResult;
import io.flowpp.platform.stage.TrainedWeights;
import io.flowpp.platform.stage.TrainingCurve;
import io.flowpp.platform.workspace.StageKey;
import io.flowpp.platform.workspace.StorageFault;
import io.flowpp.platform.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads runs that have finished, for whoever compares or repeats them. */
public final class FinishedRuns {
  private static final String EXPERIMENT = "experiment.yaml";

  private final TrainedRuns references;
  private final RunRecords records;
  private final Workspace workspace;

  @Inject
  FinishedRuns(TrainedRuns references, RunRecords records, Workspace workspace) {
    this.references = references;
    this.records = records;
    this.workspace = workspace;
  }

  /** Leaves the whole configuration of a run beside its record. */
  static void keepExperiment(RunRecords records, String runId, LoadedExperiment experiment) {
    records.write(records.directory(runId).resolve(EXPERIMENT), ConfigText.standalone(experiment));
  }

  static boolean isExperimentKept(RunRecords records, String runId) {
    return Files.exists(records.directory(runId).resolve(EXPERIMENT));
  }

  /**
   * @param reference as users name runs
   * @throws UserFault where there is none, or it has not finished, or its files are gone
   */
  public FinishedRun find(String reference) {
    RunRecord record = references.record(reference);
    RunRecord.Result result = record.result();
    if (result == null) {
      throw fault(
          record,
          "unfinished-run",
          "has not finished, so it has no scores",
          "run the experiment to its end: it goes on from where it stopped");
    }
    Path evaluation = output(record, StageName.EVALUATE);
    Path training = output(record, StageName.TRAIN_FLOW);
    LoadedExperiment experiment = experiment(record);
    try {
      Evaluated evaluated = StageResult.read(evaluation, Evaluated.class);
      Optional<Path> pretraining = find(record, StageName.PRETRAIN_DEQUANTIZER);
      return new FinishedRun(
          record,
          result,
          experiment,
          Parameters.of(experiment),
          StageResult.read(output(record, StageName.PREPARE_DATA), PreparedImages.class),
          pretraining.isEmpty() ? null : StageResult.read(pretraining.get(), TrainedWeights.class),
          StageResult.read(training, TrainedWeights.class),
          TrainingCurve.read(training),
          evaluated,
          EvaluationFiles.read(evaluation, evaluated).test());
    } catch (IOException damaged) {
      throw StorageFault.damaged(evaluation, evaluation);
    }
  }

  /**
   * A metric of the runs that differ from this one by their seed alone and have finished, one value
   * a seed; its own is the first.
   */
  public List<Double> overSeeds(FinishedRun run, String metric) {
    Map<Long, Double> values = new LinkedHashMap<>();
    String method = method(run.record());
    Stream.concat(Stream.of(run.record()), records.newestFirst().stream())
        .filter(each -> method(each).equals(method))
        .forEach(
            each -> {
              RunRecord.Result result = each.result();
              Double value = result == null ? null : result.metrics().get(metric);
              if (value != null && Double.isFinite(value)) {
                values.putIfAbsent(each.seed(), value);
              }
            });
    return List.copyOf(values.values());
  }

  /** What was run, whatever its seed, on which images. */
  private static String method(RunRecord record) {
    ObjectNode tree = (ObjectNode) StageJson.tree(record.config());
    tree.remove(List.of("name", "seed", "tracking", "execution"));
    tree.put("images", record.rawDigest());
    return StageJson.digest(tree);
  }

  private LoadedExperiment experiment(RunRecord record) {
    Path file = records.directory(record.runId()).resolve(EXPERIMENT);
    try {
      return ExperimentLoader.standalone(file.toString(), Files.readString(file), List.of());
    } catch (IOException absent) {
      throw fault(
          record,
          "unknown-experiment",
          "has no " + EXPERIMENT + " beside its record, so it is not known what was run",
          "run the experiment again, all of it is cached: its configuration is kept then");
    }
  }

  private Optional<Path> find(RunRecord record, StageName stage) {
    return record.stages().stream()
        .filter(s -> s.name().equals(stage.id()))
        .findFirst()
        .flatMap(s -> workspace.find(new StageKey(s.name(), s.key())));
  }

  private Path output(RunRecord record, StageName stage) {
    return find(record, stage)
        .orElseThrow(
            () ->
                fault(
                    record,
                    "absent-output",
                    "the output of its stage " + stage.id() + " is gone from this workspace",
                    "run the experiment again: what is missing is computed anew"));
  }

  private static UserFault fault(RunRecord record, String code, String message, String suggestion) {
    return new UserFault(ExitCode.USAGE, code, message, record.runId(), suggestion);
  }
}
