package io.flowpp.platform.execution;

import com.google.inject.Inject;
import com.google.inject.Provider;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.stage.StageName;
import io.flowpp.platform.stage.TrainedWeights;
import io.flowpp.platform.tracking.ModelReference;
import io.flowpp.platform.tracking.Registry;
import io.flowpp.platform.workspace.StageKey;
import io.flowpp.platform.workspace.Workspace;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds a run by what its user calls it, and its trained weights. */
public final class TrainedRuns {
  private static final int TOLD = 5;

  private final RunRecords records;
  private final Workspace workspace;

  private final Provider<Registry> registry;

  @Inject
  TrainedRuns(RunRecords records, Workspace workspace, Provider<Registry> registry) {
    this.records = records;
    this.workspace = workspace;
    this.registry = registry;
  }

  /**
   * The run that {@code reference} names: a run id, an MLflow run id, a name (the latest of it),
   * the beginning of one run id alone, or {@code models:/NAME@ALIAS}, for which the tracking server
   * is asked.
   *
   * @throws UserFault where there is none, or several, or where it has no trained weights yet
   */
  public TrainedRun find(String reference) {
    RunRecord record = record(reference);
    return new TrainedRun(record, weights(record));
  }

  /** The same of a run that need not be trained yet. */
  RunRecord record(String reference) {
    List<RunRecord> all = records.newestFirst();
    return ModelReference.is(reference) ? registered(reference, all) : record(reference, all);
  }

  private RunRecord registered(String reference, List<RunRecord> all) {
    ModelReference model =
        ModelReference.parse(reference)
            .orElseThrow(
                () ->
                    new UserFault(
                        ExitCode.USAGE,
                        "model-reference",
                        "is no model of the registry",
                        reference,
                        "write models:/NAME@ALIAS or models:/NAME/VERSION"));
    Registry.Version version =
        registry
            .get()
            .find(model)
            .orElseThrow(
                () ->
                    new UserFault(
                        ExitCode.USAGE,
                        "unknown-model",
                        "the registry has no such model, alias or version",
                        reference,
                        "give it with: flowpp runs promote RUN --alias ALIAS"));
    String runId = version.tags().get(RunModels.RUN_ID);
    return all.stream()
        .filter(run -> run.runId().equals(runId) || isTrackedAs(run, version.runId()))
        .findFirst()
        .orElseThrow(
            () ->
                new UserFault(
                    ExitCode.USAGE,
                    "unknown-run",
                    "is version "
                        + version.number()
                        + ", of run "
                        + (runId == null ? version.runId() : runId)
                        + ", which is not in this workspace",
                    reference,
                    "set FLOWPP_WORKSPACE to the workspace that has it"));
  }

  private static RunRecord record(String reference, List<RunRecord> all) {
    List<Predicate<RunRecord>> ways =
        List.of(
            run -> run.runId().equals(reference),
            run -> isTrackedAs(run, reference),
            run -> run.name().equals(reference));
    for (Predicate<RunRecord> way : ways) {
      Optional<RunRecord> latest = all.stream().filter(way).findFirst();
      if (latest.isPresent()) {
        return latest.get();
      }
    }
    List<RunRecord> begin = all.stream().filter(run -> run.runId().startsWith(reference)).toList();
    if (begin.size() == 1) {
      return begin.get(0);
    }
    String known =
        (begin.isEmpty() ? all : begin)
            .stream().limit(TOLD).map(RunRecord::runId).collect(Collectors.joining(", "));
    throw new UserFault(
        ExitCode.USAGE,
        begin.isEmpty() ? "unknown-run" : "ambiguous-run",
        begin.isEmpty() ? "no such run in this workspace" : begin.size() + " runs begin so",
        reference,
        known.isEmpty() ? "run an experiment first" : "the newest are " + known);
  }

  private static boolean isTrackedAs(RunRecord run, String reference) {
    return Objects.equals(run.tracking().runId(), reference)
        || run.stages().stream().anyMatch(stage -> Objects.equals(stage.mlflowRunId(), reference));
  }

  /** The averaged weights of a run's training. */
  Path weights(RunRecord record) {
    @Nullable Path output =
        record.stages().stream()
            .filter(stage -> stage.name().equals(StageName.TRAIN_FLOW.id()))
            .findFirst()
            .flatMap(stage -> workspace.find(new StageKey(stage.name(), stage.key())))
            .orElse(null);
    if (output == null) {
      throw new UserFault(
          ExitCode.USAGE,
          "untrained-run",
          "its training has not finished in this workspace",
          record.runId(),
          "run the experiment again: it goes on from where it stopped");
    }
    return TrainedWeights.in(output);
  }
}
