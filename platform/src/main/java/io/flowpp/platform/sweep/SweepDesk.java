package io.flowpp.platform.sweep;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.workspace.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where a sweep is taken in, or taken up again, and where it is seen whether it ended well. */
final class SweepDesk {
  private static final double HOUR_MILLIS = 3_600_000;

  private final Ledger ledger;
  private final Workspace workspace;

  SweepDesk(Ledger ledger, Workspace workspace) {
    this.ledger = ledger;
    this.workspace = workspace;
  }

  /** The sweep as the ledger has it from now on, free to go on. */
  SweepState enter(SweepRequest request, SweepListener listener) {
    Optional<SweepState> known = ledger.sweep(request.name());
    if (known.isEmpty()) {
      if (request.spec() == null) {
        return require(ledger, request.name());
      }
      requireData(request.spec().trials());
      if (create(request.spec(), request.file())) {
        return require(ledger, request.name());
      }
      known = ledger.sweep(request.name());
    }
    SweepState sweep = known.orElseGet(() -> require(ledger, request.name()));
    if (request.spec() != null) {
      sweep = changed(sweep, request, request.spec(), listener);
    }
    if (!sweep.home().equals(home())) {
      listener.note(
          "this sweep was begun as "
              + sweep.home()
              + "; if this workspace is a copy and the sweep still runs there, stop it there: two ledgers know nothing of each other");
    }
    requireData(sweep.spec().trials());
    ledger.resume(request.name());
    return ledger.sweep(request.name()).orElseThrow();
  }

  /** False where another process was quicker: then it is gone on with. */
  private boolean create(SweepSpec spec, String file) {
    try {
      ledger.create(spec, file, home());
      return true;
    } catch (UserFault fault) {
      if (fault.code().equals(Ledger.EXISTS)) {
        return false;
      }
      throw fault;
    }
  }

  /**
   * @throws UserFault where there is no such sweep
   */
  static SweepState require(Ledger ledger, String name) {
    ledger.trials(name); // says which there are
    return ledger.sweep(name).orElseThrow();
  }

  private SweepState changed(
      SweepState sweep, SweepRequest request, SweepSpec now, SweepListener listener) {
    List<String> changes = SweepChanges.between(sweep.spec(), now);
    if (changes.isEmpty()) {
      return sweep;
    }
    if (request.ifChanged() == SweepRequest.IfChanged.REFUSE) {
      throw new UserFault(
          ExitCode.USAGE,
          "sweep-changed",
          "is not the sweep '" + request.name() + "' that was begun: " + String.join("; ", changes),
          request.file(),
          "take the change back, give the sweep another name, or go on with --accept-changes");
    }
    changes.forEach(listener::note);
    return ledger.change(request.name(), now);
  }

  /** An absent folder fails every trial in turn; better to say so before the first. */
  private static void requireData(List<TrialSpec> trials) {
    for (TrialSpec trial : trials) {
      Path source = TrialSource.of(trial);
      if (!Files.isDirectory(source)) {
        throw new UserFault(
            ExitCode.USAGE,
            "absent-data",
            "no such folder, and trial " + trial.id() + " reads its images there",
            source.toString(),
            "put the raw files there (a sweep keeps absolute paths: on another machine they have to lie where they lay), or start anew with its file");
      }
    }
  }

  private String home() {
    return WorkerIdentity.host().replaceAll("/.*", "") + ":" + workspace.root();
  }

  /**
   * Trials that nobody works on although nothing forbids it mean that the workers had to stop.
   *
   * @param failure what the engine says of that, {@code ": cause"}; may be empty
   */
  static void requireExplained(
      SweepState sweep, List<TrialState> trials, WorkersLog words, String failure, Instant now) {
    boolean open = trials.stream().anyMatch(t -> !t.status().isOver());
    if (open && limit(sweep, trials, now).isEmpty()) {
      String why =
          failure.isEmpty()
              ? ": " + words.last(sweep.spec().name()).orElse("they left no word")
              : failure;
      throw new UserFault(
          ExitCode.FAILED,
          "workers-stopped",
          "the workers stopped although trials are left" + why,
          words.file().toString(),
          "mend that and go on with: flowpp sweep resume " + sweep.spec().name());
    }
  }

  /** What keeps trials that are left from being begun; nothing where none are left. */
  static Optional<String> limit(SweepState sweep, List<TrialState> trials, Instant now) {
    boolean left =
        trials.stream().anyMatch(t -> !t.status().isOver() || t.status() == TrialStatus.PAUSED);
    if (!left) {
      return Optional.empty();
    }
    if (sweep.stopping()) {
      return Optional.of("stopped by 'sweep stop'");
    }
    Limits limits = sweep.spec().limits();
    long failed = trials.stream().filter(t -> t.status() == TrialStatus.FAILED).count();
    if (limits.maxFailures() != null && failed >= limits.maxFailures()) {
      return Optional.of(
          "stopped by limits.max-failures " + limits.maxFailures() + " (" + failed + " failed)");
    }
    Instant began = sweep.began();
    Double hours = limits.maxHours();
    if (hours != null
        && began != null
        && Duration.between(began, now).toMillis() >= hours * HOUR_MILLIS) {
      return Optional.of(
          "stopped by limits.max-hours "
              + new DecimalFormat("0.###", DecimalFormatSymbols.getInstance(Locale.ROOT))
                  .format(hours)
              + " (began "
              + began.truncatedTo(ChronoUnit.SECONDS)
              + ")");
    }
    return Optional.empty();
  }
}
