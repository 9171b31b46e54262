package io.flowpp.platform.execution;

import io.flowpp.platform.config.LoadedExperiment;
import io.flowpp.platform.stage.StageName;
import io.flowpp.platform.stage.StageStatus;
import io.flowpp.platform.tracking.RunStart;
import io.flowpp.platform.tracking.RunStatus;
import io.flowpp.platform.tracking.TrackedRun;
import io.flowpp.platform.tracking.Tracker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One run in the tracker: a parent for the experiment, a child for each stage. */
final class RunTracking implements AutoCloseable {
  private final Tracker tracker;
  private final Identity identity;
  private final Map<String, String> parameters;
  private final Map<String, String> environment;
  private final TrackedRun parent;
  private final Deque<TrackedRun> open = new ArrayDeque<>();

  RunTracking(
      Tracker tracker,
      Identity identity,
      LoadedExperiment experiment,
      Map<String, String> environment) {
    this.tracker = tracker;
    this.identity = identity;
    this.parameters = Parameters.of(experiment);
    this.environment = environment;
    RunRecord record = identity.record();
    Map<String, String> tags = tags();
    for (StageName stage : StageName.values()) {
      tags.put("flowpp.key." + stage.id(), identity.keys().key(stage).digest());
    }
    parent = start(new RunStart(record.trackingKey(), title(), null, parameters, tags));
  }

  TrackedRun parent() {
    return parent;
  }

  /** Opens the run of a stage; whoever opened it ends it by {@link #end}. */
  synchronized TrackedRun stage(StageName stage) {
    Map<String, String> tags = tags();
    tags.put("flowpp.stage", stage.id());
    tags.put("flowpp.stage_key", identity.keys().key(stage).digest());
    return start(
        new RunStart(
            stageKey(stage),
            stage.id() + " · " + title(),
            identity.record().trackingKey(),
            parameters,
            tags));
  }

  synchronized void end(TrackedRun stage, StageStatus status) {
    stage.tag("flowpp.stage_status", status.id());
    stage.end(
        switch (status) {
          case FAILED -> RunStatus.FAILED;
          case CANCELLED -> RunStatus.KILLED;
          default -> RunStatus.FINISHED;
        });
    open.remove(stage);
  }

  /** Ends everything that is still open, the parent last. May be called by another thread. */
  synchronized void endAll(RunStatus status) {
    while (!open.isEmpty()) {
      open.pop().end(status);
    }
  }

  /** Waits for the server, at most this long. */
  void flush(Duration patience) {
    tracker.flush(patience);
  }

  private String stageKey(StageName stage) {
    return identity.record().trackingKey() + "/" + stage.id();
  }

  Tracker tracker() {
    return tracker;
  }

  @Nullable String mlflowRunId(String stage) {
    return tracker.mlflowRunId(identity.record().trackingKey() + "/" + stage).orElse(null);
  }

  /** The record with what the tracker knows of its runs by now. */
  static RunRecord remembered(Tracker tracker, RunRecord record) {
    String key = record.trackingKey();
    RunRecord.Tracking tracking =
        new RunRecord.Tracking(
            tracker.state().name().toLowerCase(Locale.ROOT),
            tracker.uri().map(Object::toString).orElse(null),
            tracker.mlflowRunId(key).orElse(null),
            tracker.runPage(key).map(Object::toString).orElse(null));
    List<RunRecord.Stage> stages =
        record.stages().stream()
            .map(
                s ->
                    s.withMlflowRunId(
                        tracker.mlflowRunId(key + "/" + s.name()).orElse(s.mlflowRunId())))
            .toList();
    return record.withTracking(tracking, stages);
  }

  @Override
  public void close() {
    tracker.close();
  }

  private TrackedRun start(RunStart start) {
    TrackedRun run = tracker.start(start);
    open.push(run);
    return run;
  }

  private String title() {
    return identity.record().name();
  }

  private Map<String, String> tags() {
    Map<String, String> tags = new TreeMap<>();
    tags.put("flowpp.run_id", identity.runId());
    tags.put("flowpp.seed", String.valueOf(identity.record().seed()));
    tags.put("flowpp.raw_digest", identity.rawDigest());
    tags.put("mlflow.source.type", "LOCAL");
    environment.forEach(
        (name, value) -> {
          switch (name) {
            case "command" -> tags.put("mlflow.source.name", value);
            case "user" -> tags.put("mlflow.user", value);
            case "git.commit" -> tags.put("mlflow.source.git.commit", value);
            case "git.branch" -> tags.put("mlflow.source.git.branch", value);
            case "git.dirty" -> tags.put("mlflow.source.git.dirty", value);
            default -> tags.put("flowpp." + name, value);
          }
        });
    return tags;
  }
}
