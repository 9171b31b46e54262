package io.flowpp.platform.execution;

import com.google.inject.Provider;
import io.flowpp.platform.beam.Runners;
import io.flowpp.platform.beam.StagePipelines;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.ExperimentConfig;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.report.ReportFiles;
import io.flowpp.platform.report.ReportInput;
import io.flowpp.platform.stage.Cancellation;
import io.flowpp.platform.stage.Channels;
import io.flowpp.platform.stage.StageCall;
import io.flowpp.platform.stage.StageEvent;
import io.flowpp.platform.stage.StageInputs;
import io.flowpp.platform.stage.StageName;
import io.flowpp.platform.stage.StageOutcome;
import io.flowpp.platform.stage.StageStatus;
import io.flowpp.platform.tracking.RunStatus;
import io.flowpp.platform.tracking.TrackedRun;
import io.flowpp.platform.workspace.StageKey;
import io.flowpp.platform.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One process's work on a run. */
final class RunSession {
  /** So that the report can name its page; the server may just be starting. */
  private static final Duration PAGE_PATIENCE = Duration.ofSeconds(15);

  /** Without anything sent; a slow server that gets on has longer. */
  private static final Duration END_PATIENCE = Duration.ofSeconds(30);

  private static final Duration END_MOST = Duration.ofMinutes(3);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(2);

  /** What every session uses. */
  record Services(
      Workspace workspace,
      RunRecords records,
      Provider<StagePipelines> pipelines,
      ReportMaker reports,
      Clock clock) {}

  private final Services services;
  private final RunRequest request;
  private final ExperimentConfig config;
  private final String runner;
  private final Identity identity;
  private final RunTracking tracking;
  private final RunListener listener;
  private final Cancellation cancellation;
  private final StageTelling telling;
  private final Map<StageName, Path> outputs = new EnumMap<>(StageName.class);
  private final List<RunRecord.Stage> reached = new CopyOnWriteArrayList<>();
  private final List<RunRecord.Stage> shown = new ArrayList<>();
  private final Map<String, Double> metrics = new TreeMap<>();
  private @Nullable ReportInput reported;
  private volatile RunRecord record;
  private volatile boolean ended;

  RunSession(
      Services services,
      RunRequest request,
      String runner,
      Identity identity,
      Map<String, String> environment,
      RunTracking tracking,
      RunListener listener,
      Cancellation cancellation) {
    this.services = services;
    this.request = request;
    this.config = request.experiment().config();
    this.runner = runner;
    this.identity = identity;
    this.tracking = tracking;
    this.listener = listener;
    this.cancellation = cancellation;
    this.telling = new StageTelling(request.experiment(), tracking, environment);
    this.record = identity.record().withEnvironment(environment);
  }

  RunResult run() {
    try {
      return stages();
    } catch (RuntimeException | Error fault) {
      if (!ended) {
        failed(fault);
      }
      throw fault;
    }
  }

  private RunResult stages() {
    save(RunRecord.Status.RUNNING);
    if (identity.record().result() == null) {
      telling.begun();
    }
    for (StageName stage : StageName.values()) {
      runStage(stage);
      if (stage == request.until()) {
        return finished();
      }
    }
    report();
    return finished();
  }

  /**
   * Nobody is to take a run for one that still goes on because its fault lay between two stages.
   */
  private void failed(Throwable because) {
    try {
      end(RunStatus.FAILED, RunRecord.Status.FAILED);
    } catch (RuntimeException alsoThis) {
      because.addSuppressed(alsoThis);
    }
  }

  /** Marks the run as killed while its stage still works; one that waits for the server is over. */
  void abandon() {
    if (!ended) {
      tracking.endAll(RunStatus.KILLED);
      save(RunRecord.Status.KILLED);
    }
    tracking.flush(STOP_PATIENCE);
  }

  private void runStage(StageName stage) {
    StageKey key = identity.keys().key(stage);
    listener.stageStarted(stage);
    requireIntact(stage, key);
    Optional<RunRecord.Stage> before = told(stage, key);
    StageOutcome outcome;
    @Nullable Double share = null;
    if (before.isPresent()) {
      outcome = new StageOutcome(nothingToDo(stage), 0, null);
      reached.add(before.get());
    } else {
      TrackedRun run = tracking.stage(stage);
      telling.begun(stage, run);
      TrackingTime time = new TrackingTime(tracked(stage, run));
      outcome = work(stage, key, time);
      if (outcome.status().hasOutput()) {
        Path output = services.workspace().find(key).orElseThrow();
        telling.output(stage, run, output);
        checkpoints(stage, run, output);
        share = telling.trackingShare(stage, run, time);
      }
      tracking.end(run, outcome.status());
      if (outcome.status() == StageStatus.SKIPPED || outcome.status().hasOutput()) {
        reached.add(
            new RunRecord.Stage(
                stage.id(), key.digest(), outcome.status().id(), outcome.seconds(), share, null));
      }
    }
    services.workspace().find(key).ifPresent(output -> outputs.put(stage, output));
    shown.add(
        new RunRecord.Stage(
            stage.id(), key.digest(), outcome.status().id(), outcome.seconds(), share, null));
    listener.stageFinished(stage, outcome.status(), outcome.seconds());
    if (outcome.status() == StageStatus.FAILED) {
      throw Objects.requireNonNull(outcome.failure()).asFault();
    }
    if (outcome.status() == StageStatus.CANCELLED) {
      end(RunStatus.KILLED, RunRecord.Status.KILLED);
      throw interrupted(stage);
    }
    if (outputs.get(stage) != null) {
      telling.metrics(stage, outputs.get(stage), metrics);
    }
    save(RunRecord.Status.RUNNING);
  }

  private void checkpoints(StageName stage, TrackedRun run, Path output) {
    Path scratch = services.workspace().scratch(identity.keys().scratch(stage));
    int last = config.tracking().checkpoints();
    if (stage == StageName.TRAIN_FLOW && last > 0) {
      Path index = services.records().directory(identity.runId()).resolve("checkpoints.json");
      new CheckpointUpload(run, scratch, last, index).tell(output);
    }
  }

  /**
   * The stage as an earlier process left it, where both its output and its tracked run are whole.
   */
  private Optional<RunRecord.Stage> told(StageName stage, StageKey key) {
    return identity.record().stages().stream()
        .filter(s -> s.name().equals(stage.id()) && s.key().equals(key.digest()))
        .filter(s -> nothingToDo(stage) == StageStatus.SKIPPED || isCached(key))
        .findFirst();
  }

  private boolean isCached(StageKey key) {
    return services.workspace().find(key).isPresent();
  }

  /** Shards are not read here: whoever opens them checks them. */
  private void requireIntact(StageName stage, StageKey key) {
    if (stage != StageName.PREPARE_DATA && isCached(key)) {
      services.workspace().requireIntact(key);
    }
  }

  private StageStatus nothingToDo(StageName stage) {
    return Planner.skipped(stage, config) ? StageStatus.SKIPPED : StageStatus.CACHED;
  }

  private StageOutcome work(StageName stage, StageKey key, TrackingTime time) {
    if (Planner.skipped(stage, config) || isCached(key)) {
      return new StageOutcome(nothingToDo(stage), 0, null);
    }
    if (cancellation.isCancelled()) {
      return new StageOutcome(StageStatus.CANCELLED, 0, null);
    }
    long begin = services.clock().millis();
    StageOutcome outcome =
        services
            .pipelines()
            .get()
            .run(call(stage, key), runner, new Channels.Channel(events(stage, time), cancellation));
    return outcome.withSeconds((services.clock().millis() - begin) / 1000.0);
  }

  private StageCall call(StageName stage, StageKey key) {
    List<String> options = Runners.options(runner, Runtime.getRuntime().availableProcessors());
    String channel = identity.runId() + "-" + stage.id() + "-" + Token.fresh();
    return new StageCall(
        stage,
        key,
        identity.keys().scratch(stage),
        StageInputs.of(stage, config, Identities.folder(request.experiment()), options, outputs),
        channel,
        config.execution().device(),
        config.execution().threads(),
        services.records().directory(identity.runId()).resolve(channel + ".json"));
  }

  private Consumer<StageEvent> tracked(StageName stage, TrackedRun run) {
    CurveReporter curve = telling.curve(stage, run);
    return event -> {
      curve.event(event);
      if (stage == StageName.TRAIN_FLOW && event instanceof StageEvent.Validated) {
        tracking.parentHasFigures();
      }
    };
  }

  private Consumer<StageEvent> events(StageName stage, TrackingTime time) {
    return event -> {
      time.accept(event);
      listener.stageEvent(stage, event);
    };
  }

  private void report() {
    tracking.flush(PAGE_PATIENCE);
    Instant now = services.clock().instant();
    RunRecord reporting =
        RunTracking.remembered(
            tracking.tracker(), record.withStatus(RunRecord.Status.RUNNING, reached));
    Path directory = services.records().directory(identity.runId()).resolve(reportName());
    ReportFiles files;
    try {
      ReportInput input =
          services.reports().input(request.experiment(), reporting, outputs, metrics, now);
      files = services.reports().write(input, directory);
      reported = input;
    } catch (IOException e) {
      throw unwritable(directory, e);
    }
    telling.report(files, outputs, metrics);
    record =
        reporting.withResult(
            new RunRecord.Result(
                metrics,
                telling.weights(outputs),
                telling.dataDigest(outputs),
                files.html(),
                now.toString(),
                config.tracking().register()));
  }

  /** Each generation keeps its own: an upload may still have to read it. */
  private String reportName() {
    return "report-" + identity.record().instance();
  }

  private RunResult finished() {
    end(RunStatus.FINISHED, RunRecord.Status.FINISHED);
    RunRecord.Result result = record.result();
    if (reported != null && result != null) {
      try {
        services.reports().summary(reported, record.tracking(), result.report());
      } catch (IOException e) {
        throw unwritable(result.report(), e);
      }
    }
    List<RunRecord.Stage> stages =
        shown.stream().map(s -> s.withMlflowRunId(tracking.mlflowRunId(s.name()))).toList();
    return RunResult.of(
        record,
        stages,
        metrics,
        outputs.containsKey(StageName.TRAIN_FLOW) ? telling.weights(outputs) : null,
        services.workspace().root());
  }

  private void end(RunStatus tracked, RunRecord.Status status) {
    ended = true;
    tracking.endAll(tracked);
    save(status);
    if (status == RunRecord.Status.KILLED || shown.stream().allMatch(RunRecord.Stage::wasThere)) {
      tracking.flush(STOP_PATIENCE);
    } else {
      tracking.tracker().flush(END_PATIENCE, END_MOST);
    }
    save(status);
  }

  private void save(RunRecord.Status status) {
    record =
        RunTracking.remembered(tracking.tracker(), record.withStatus(status, List.copyOf(reached)));
    services.records().save(record);
  }

  private static UserFault unwritable(Path place, IOException e) {
    return new UserFault(
        ExitCode.FAILED,
        "unwritable-report",
        "cannot write the report: " + e.getMessage(),
        place.toString(),
        "make room; the same command then writes it from what has been computed",
        e);
  }

  private UserFault interrupted(StageName stage) {
    return new UserFault(
        ExitCode.INTERRUPTED,
        "interrupted",
        "stopped in " + stage.id() + "; nothing that was saved is lost",
        null,
        "go on with: " + request.command());
  }
}
