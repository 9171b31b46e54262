package io.flowpp.platform.sweep;

import io.flowpp.platform.beam.Runners;
import io.flowpp.platform.beam.SlotPipeline;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.stage.Cancellation;
import io.flowpp.platform.tracking.RunStatus;
import io.flowpp.platform.tracking.Tracker;
import io.flowpp.platform.tracking.TrackerFactory;
import io.flowpp.platform.workspace.Workspace;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * From a sweep's file to its leaderboard: puts the trials into the ledger, starts worker slots and
 * watches. All that it decides is a function of the ledger, so it may die at any moment and be
 * started again, and several may watch one sweep.
 */
public final class RunSweep {
  private static final long LOOK_MILLIS = 1_000;

  private final Workspace workspace;
  private final TrackerFactory trackers;
  private final LedgerSource ledgers;
  private final SlotPipeline slots;
  private final SweepEnvironment environment;
  private final Clock clock;

  @Inject
  RunSweep(
      Workspace workspace,
      TrackerFactory trackers,
      LedgerSource ledgers,
      SlotPipeline slots,
      SweepEnvironment environment,
      Clock clock) {
    this.workspace = workspace;
    this.trackers = trackers;
    this.ledgers = ledgers;
    this.slots = slots;
    this.environment = environment;
    this.clock = clock;
  }

  /**
   * Answers when nothing is left to begin, or the sweep was stopped; failed trials are in the
   * answer.
   *
   * @throws UserFault where the sweep cannot go on, or is not what it was
   */
  public SweepResult run(SweepRequest request, SweepListener listener, Cancellation cancellation) {
    Runners.requireReady(request.runner());
    workspace.requireWritable();
    try (Ledger ledger = ledgers.open()) {
      trackers.warnings().forEach(listener::note);
      trackers.checkReachable();
      SweepState sweep = new SweepDesk(ledger, workspace).enter(request, listener);
      if (ledger.trials(request.name()).stream().allMatch(t -> t.status().isOver())) {
        return answer(ledger, request.name(), null);
      }
      Tracker tracker =
          trackers.open(
              sweep.spec().experiment(), SweepTracking.journal(workspace.journals(), sweep));
      SweepPlaces folder = SweepPlaces.of(workspace.root(), request.name());
      try (SweepTracking tracking = new SweepTracking(tracker, sweep, request.command(), folder)) {
        tracker.trouble().ifPresent(listener::note);
        tracking.began();
        tracking.awaitMlflowRun().ifPresent(id -> ledger.rememberMlflowRun(request.name(), id));
        tracking.page().ifPresent(page -> listener.note("trials  " + page));
        return attend(ledger, request, tracking, listener, cancellation);
      }
    }
  }

  private SweepResult attend(
      Ledger ledger,
      SweepRequest request,
      SweepTracking tracking,
      SweepListener listener,
      Cancellation cancellation) {
    SweepState sweep = ledger.sweep(request.name()).orElseThrow();
    SlotAssignment assignment =
        new SlotAssignment(
            request.name(),
            ledgers.address(),
            request.lease().toMillis(),
            request.ifFailed(),
            failed(ledger.trials(request.name())),
            UUID.randomUUID().toString(),
            SlotAssignment.environment(environment.variables()));
    WorkersLog words = WorkersLog.fromNow(workspace.root());
    SlotPipeline.Running running =
        slots.start(
            "sweep-" + request.name(),
            request.runner(),
            sweep.spec().limits().maxConcurrent(),
            SweepJson.write(assignment));
    boolean cancelled = false;
    boolean away = false;
    while (!running.isOver()) {
      pause();
      if (cancellation.isCancelled() && !cancelled) {
        cancelled = true;
        running.cancel();
      }
      try {
        look(ledger, request, tracking, listener);
        away = false;
      } catch (UserFault fault) {
        if (fault.exitCode() != ExitCode.UNREACHABLE) {
          throw fault;
        }
        if (!away) { // the workers wait for it too
          listener.note("the ledger cannot be used, asking again: " + fault.line());
        }
        away = true;
      }
    }
    List<TrialState> trials = look(ledger, request, tracking, listener);
    SweepResult result = answer(ledger, request.name(), tracking.page().orElse(null));
    tracking.ended(result, status(trials));
    if (!cancelled) {
      SweepDesk.requireExplained(
          ledger.sweep(request.name()).orElseThrow(),
          trials,
          words,
          running.failure(),
          clock.instant());
    }
    return result;
  }

  private static List<TrialState> look(
      Ledger ledger, SweepRequest request, SweepTracking tracking, SweepListener listener) {
    SweepState sweep = ledger.sweep(request.name()).orElseThrow(() -> gone(request.name()));
    List<TrialState> trials = ledger.trials(request.name());
    if (sweep.mlflowRunId() == null && tracking.mlflowRun().isPresent()) {
      ledger.rememberMlflowRun(request.name(), tracking.mlflowRun().get());
    }
    listener.now(sweep, trials);
    tracking.now(SweepResult.of(sweep, trials, null));
    return trials;
  }

  private static SweepResult answer(Ledger ledger, String name, @Nullable URI page) {
    SweepState sweep = ledger.sweep(name).orElseThrow(() -> gone(name));
    return SweepResult.of(sweep, ledger.trials(name), page == null ? null : page.toString());
  }

  private static List<String> failed(List<TrialState> trials) {
    return trials.stream()
        .filter(trial -> trial.status() == TrialStatus.FAILED)
        .map(trial -> trial.spec().id())
        .toList();
  }

  static RunStatus status(List<TrialState> trials) {
    if (trials.stream().allMatch(t -> t.status() == TrialStatus.DONE)) {
      return RunStatus.FINISHED;
    }
    return trials.stream().anyMatch(t -> t.status() == TrialStatus.FAILED)
        ? RunStatus.FAILED
        : RunStatus.KILLED;
  }

  private static UserFault gone(String name) {
    return new UserFault(
        ExitCode.FAILED,
        "sweep-gone",
        "somebody removed the sweep while it ran",
        name,
        "start it again with its file; finished stages are still in the workspace");
  }

  private static void pause() {
    try {
      Thread.sleep(LOOK_MILLIS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while watching a sweep", stop);
    }
  }
}
