package io.flowpp.platform.execution;

import io.flowpp.platform.config.LoadedExperiment;
import io.flowpp.platform.stage.StageName;
import io.flowpp.platform.stage.StageStatus;
import io.flowpp.platform.tracking.RunStart;
import io.flowpp.platform.tracking.RunStatus;
import io.flowpp.platform.tracking.SystemMetrics;
import io.flowpp.platform.tracking.TrackedRun;
import io.flowpp.platform.tracking.Tracker;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One run in the tracker: a parent for the experiment, a child for each stage. */
final class RunTracking implements AutoCloseable {
  private final Tracker tracker;
  private final Identity identity;
  private final Map<String, String> parameters;
  private final Map<String, String> environment;
  private final @Nullable SweepTrial trial;
  private final TrackedRun parent;
  private final String title;
  private final SystemMetrics machine;
  private final Map<StageName, TrackedRun> stages = new ConcurrentHashMap<>();
  private final Deque<TrackedRun> open = new ArrayDeque<>();
  private final List<Measured> held = new ArrayList<>(); // guarded by open
  private boolean parentHasFigures; // guarded by open

  /** The machine's load at a moment. */
  private record Measured(Instant at, Map<String, Double> values) {}

  RunTracking(
      Tracker tracker,
      Identity identity,
      LoadedExperiment experiment,
      Map<String, String> environment,
      @Nullable SweepTrial trial,
      Path disk,
      Clock clock) {
    this.tracker = tracker;
    this.identity = identity;
    this.parameters = new TreeMap<>(Parameters.of(experiment));
    this.trial = trial;
    if (trial != null) {
      trial.params().forEach(parameters::putIfAbsent); // an ablation is no key of a configuration
    }
    this.environment = environment;
    this.title = RunTitle.of(experiment);
    RunRecord record = identity.record();
    Map<String, String> tags = tags();
    for (StageName stage : StageName.values()) {
      tags.put("flowpp.key." + stage.id(), identity.keys().key(stage).digest());
    }
    tags.put("flowpp.kind", "run");
    if (trial != null) {
      tags.put(RunStart.PARENT_KEY, trial.trackingKey());
      if (trial.mlflowRunId() != null) {
        tags.put("mlflow.parentRunId", trial.mlflowRunId());
      }
    }
    parent = start(new RunStart(record.trackingKey(), title, null, parameters, tags));
    machine =
        SystemMetrics.start(
            Duration.ofSeconds(experiment.config().tracking().systemMetricsEvery()),
            clock,
            disk,
            this::measured);
  }

  /** The machine's load, to every run that is open. */
  private void measured(Instant at, Map<String, Double> values) {
    List<TrackedRun> now;
    synchronized (open) {
      now = new ArrayList<>(open);
      if (!parentHasFigures) {
        now.remove(parent);
        held.add(new Measured(at, values));
      }
    }
    now.forEach(run -> run.moment(at, values));
  }

  /**
   * From now on the machine's load is on the parent too. Pages show metrics in the order in which
   * they first came, and compare runs by the first: that should be one of the model's.
   */
  void parentHasFigures() {
    List<Measured> before;
    synchronized (open) {
      parentHasFigures = true;
      before = List.copyOf(held);
      held.clear();
    }
    before.forEach(sample -> parent.moment(sample.at(), sample.values()));
  }

  /** The run of a stage that this process has worked on. */
  Optional<TrackedRun> known(StageName stage) {
    return Optional.ofNullable(stages.get(stage));
  }

  TrackedRun parent() {
    return parent;
  }

  /** Opens the run of a stage; whoever opened it ends it by {@link #end}. */
  synchronized TrackedRun stage(StageName stage) {
    Map<String, String> tags = tags();
    tags.put("flowpp.stage", stage.id());
    tags.put("flowpp.kind", "stage");
    tags.put("flowpp.stage_key", identity.keys().key(stage).digest());
    TrackedRun run =
        start(
            new RunStart(
                stageKey(stage),
                stage.id() + " · " + title,
                identity.record().trackingKey(),
                Parameters.of(stage, parameters),
                tags));
    stages.put(stage, run);
    return run;
  }

  synchronized void end(TrackedRun stage, StageStatus status) {
    if (status == StageStatus.RAN || status == StageStatus.RESUMED) {
      machine.sample(); // a short stage has a sample too
    }
    stage.tag("flowpp.stage_status", status.id());
    stage.end(
        switch (status) {
          case FAILED -> RunStatus.FAILED;
          case CANCELLED -> RunStatus.KILLED;
          default -> RunStatus.FINISHED;
        });
    synchronized (open) {
      open.remove(stage);
    }
  }

  /** Ends everything that is still open, the parent last. May be called by another thread. */
  synchronized void endAll(RunStatus status) {
    parentHasFigures(); // or will never have any
    List<TrackedRun> last;
    synchronized (open) {
      last = List.copyOf(open);
      open.clear();
    }
    last.forEach(run -> run.end(status));
  }

  /** Waits for the server, at most this long. */
  void flush(Duration patience) {
    tracker.flush(patience);
  }

  private String stageKey(StageName stage) {
    return identity.record().trackingKey() + "/" + stage.id();
  }

  String runId() {
    return identity.runId();
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
            tracker.runPage(key).map(Object::toString).orElse(null),
            tracker.rankingPage().map(Object::toString).orElse(null),
            tracker.experimentPage().map(Object::toString).orElse(null),
            tracker.notSent().stream()
                .filter(one -> one.run().equals(key) || one.run().startsWith(key + "/"))
                .toList());
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
    machine.close(); // before the journal that it writes to
    tracker.close();
  }

  private TrackedRun start(RunStart start) {
    TrackedRun run = tracker.start(start);
    synchronized (open) {
      open.push(run);
    }
    return run;
  }

  private Map<String, String> tags() {
    Map<String, String> tags = new TreeMap<>();
    tags.put("flowpp.run_id", identity.runId());
    tags.put("flowpp.seed", String.valueOf(identity.record().seed()));
    tags.put("flowpp.raw_digest", identity.rawDigest());
    if (trial != null) {
      tags.put("flowpp.sweep", trial.sweep());
      tags.put("flowpp.trial", trial.trial());
    }
    tags.put("mlflow.source.type", "LOCAL");
    environment.forEach(
        (name, value) -> {
          switch (name) {
            case "command" -> {
              // The page shows the source in one line, after its last slash.
              tags.put("mlflow.source.name", Surroundings.source(value));
              tags.put("flowpp.command", value);
            }
            case "flowpp" -> tags.put("flowpp.version", value);
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
