package io.flowpp.platform.execution;

import com.google.inject.Inject;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.stage.StageName;
import io.flowpp.platform.stage.TrainedWeights;
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

  @Inject
  TrainedRuns(RunRecords records, Workspace workspace) {
    this.records = records;
    this.workspace = workspace;
  }

  /**
   * The run that {@code reference} names: a run id, an MLflow run id, a name (the latest of it) or
   * the beginning of one run id alone.
   *
   * @throws UserFault where there is none, or several, or where it has no trained weights yet
   */
  public TrainedRun find(String reference) {
    RunRecord record = record(reference);
    return new TrainedRun(record, weights(record));
  }

  /** The same, trained or not. */
  RunRecord record(String reference) {
    if (reference.startsWith("models:/")) {
      throw new UserFault(
          ExitCode.USAGE,
          "no-registry",
          "models of the registry cannot be named yet",
          reference,
          "use a run id, its beginning, a run's name or an MLflow run id");
    }
    return record(reference, records.newestFirst());
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

  private Path weights(RunRecord record) {
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
