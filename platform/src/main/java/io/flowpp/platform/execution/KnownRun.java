package io.flowpp.platform.execution;

import io.flowpp.platform.stage.StageName;
import io.flowpp.platform.stage.StageStatus;
import io.flowpp.platform.tracking.Tracker;
import io.flowpp.platform.tracking.TrackerFactory;
import io.flowpp.platform.workspace.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Answers for a run that has finished before and whose outputs are all still there: from the
 * workspace alone, with no engine, no native library and no waiting for a server.
 */
final class KnownRun {
  /** What is still unsent gets this chance; more would make a cached run slow. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final String SYNCED = "synced";

  private final Workspace workspace;
  private final RunRecords records;
  private final TrackerFactory trackers;

  KnownRun(Workspace workspace, RunRecords records, TrackerFactory trackers) {
    this.workspace = workspace;
    this.records = records;
    this.trackers = trackers;
  }

  Optional<RunResult> answer(Identity identity, RunRequest request) {
    RunRecord record = identity.record();
    RunRecord.Result result = record.result();
    if (result == null || request.until() != null || !Files.exists(result.report())) {
      return Optional.empty();
    }
    String register = request.experiment().config().tracking().register();
    if (register != null && !register.equals(result.registered())) {
      return Optional.empty(); // asked for since
    }
    for (StageName stage : StageName.values()) {
      if (!Planner.skipped(stage, request.experiment().config())
          && workspace.find(identity.keys().key(stage)).isEmpty()) {
        return Optional.empty();
      }
    }
    RunRecord now = synced(identity, request);
    List<RunRecord.Stage> stages = new ArrayList<>();
    for (RunRecord.Stage stage : now.stages()) {
      String status =
          stage.status().equals(StageStatus.SKIPPED.id())
              ? StageStatus.SKIPPED.id()
              : StageStatus.CACHED.id();
      stages.add(
          new RunRecord.Stage(stage.name(), stage.key(), status, 0, null, stage.mlflowRunId()));
    }
    return Optional.of(
        RunResult.of(now, stages, result.metrics(), result.weightsSha256(), workspace.root()));
  }

  static void tell(RunRecord.Stage stage, RunListener listener) {
    StageName name = StageName.of(stage.name()).orElseThrow();
    StageStatus status =
        stage.status().equals(StageStatus.SKIPPED.id()) ? StageStatus.SKIPPED : StageStatus.CACHED;
    listener.stageFinished(name, status, 0);
  }

  static Path journal(Workspace workspace, Identity identity) {
    return workspace.journals().resolve(identity.runId());
  }

  private RunRecord synced(Identity identity, RunRequest request) {
    RunRecord record = identity.record();
    if (record.tracking().state().equals(SYNCED)) {
      return record;
    }
    String experiment = request.experiment().config().tracking().experiment();
    try (Tracker tracker = trackers.open(experiment, journal(workspace, identity))) {
      tracker.flush(PATIENCE);
      RunRecord now = RunTracking.remembered(tracker, record);
      records.save(now);
      return now;
    }
  }
}
