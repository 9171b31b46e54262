package io.flowpp.platform.execution;

import com.google.inject.Provider;
import io.flowpp.platform.beam.Runners;
import io.flowpp.platform.beam.StagePipelines;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.LoadedExperiment;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.stage.Cancellation;
import io.flowpp.platform.tracking.Tracker;
import io.flowpp.platform.tracking.TrackerFactory;
import io.flowpp.platform.workspace.Workspace;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * From a configuration to a result: stages in order, tracked, reported; from the cache where
 * possible.
 */
public final class RunExperiment {
  private final Identities identities;
  private final RunRecords records;
  private final Workspace workspace;
  private final Provider<StagePipelines> pipelines;
  private final TrackerFactory trackers;
  private final ReportMaker reports;
  private final Clock clock;
  private final AtomicReference<@Nullable RunSession> current = new AtomicReference<>();

  @Inject
  RunExperiment(
      Identities identities,
      RunRecords records,
      Workspace workspace,
      Provider<StagePipelines> pipelines,
      TrackerFactory trackers,
      ReportMaker reports,
      Clock clock) {
    this.identities = identities;
    this.records = records;
    this.workspace = workspace;
    this.pipelines = pipelines;
    this.trackers = trackers;
    this.reports = reports;
    this.clock = clock;
  }

  /**
   * @throws UserFault where a stage failed, or was interrupted
   */
  public RunResult run(RunRequest request, RunListener listener, Cancellation cancellation) {
    return run(request, identity(request), listener, cancellation);
  }

  /** The same for a run that is known already, whatever {@link RunRequest#fresh} says. */
  RunResult run(
      RunRequest request, Identity identity, RunListener listener, Cancellation cancellation) {
    LoadedExperiment experiment = request.experiment();
    String runner =
        request.runner() == null ? experiment.config().execution().runner() : request.runner();
    Runners.requireReady(runner);
    workspace.requireWritable();
    Optional<RunResult> known =
        new KnownRun(workspace, records, trackers).answer(identity, request);
    if (known.isEmpty() || !FinishedRuns.isExperimentKept(records, identity.runId())) {
      FinishedRuns.keepExperiment(records, identity.runId(), experiment);
    }
    if (known.isPresent()) {
      known.get().stages().forEach(stage -> KnownRun.tell(stage, listener));
      return known.get();
    }
    trackers.warnings().forEach(listener::note);
    trackers.checkReachable();
    Map<String, String> environment = Surroundings.now(request.command(), runner);
    Path journal = KnownRun.journal(workspace, identity);
    Tracker tracker = trackers.open(experiment.config().tracking().experiment(), journal);
    Optional<String> trouble = tracker.trouble();
    trouble.ifPresent(listener::note);
    try (RunTracking tracking =
        new RunTracking(
            tracker, identity, experiment, environment, request.trial(), workspace.root(), clock)) {
      RunSession session =
          new RunSession(
              new RunSession.Services(workspace, records, pipelines, reports, clock),
              request,
              runner,
              identity,
              environment,
              tracking,
              listener,
              cancellation);
      current.set(session);
      RunResult result = session.run();
      // That there can be no server may turn out only after the start.
      tracker.trouble().filter(late -> trouble.isEmpty()).ifPresent(listener::note);
      return result;
    } finally {
      current.set(null);
    }
  }

  /**
   * Marks the run that is going on as killed, as far as a few seconds allow: for a process that
   * must end although its stage has not stopped. May be called by another thread.
   */
  public void abandon() {
    RunSession session = current.get();
    if (session != null) {
      session.abandon();
    }
  }

  private Identity identity(RunRequest request) {
    LoadedExperiment experiment = request.experiment();
    Optional<Identity> identity =
        request.fresh() == RunRequest.Freshness.FRESH
            ? identities.fresh(experiment)
            : identities.newest(experiment);
    return identity.orElseThrow(() -> absent(experiment));
  }

  static UserFault absent(LoadedExperiment experiment) {
    return new UserFault(
        ExitCode.USAGE,
        "absent-data",
        "no " + experiment.config().data().format() + " images in " + Identities.folder(experiment),
        "data.source",
        "put the raw files there, or set data.source to their folder");
  }
}
