package io.flowpp.platform.sweep;

import io.flowpp.platform.compare.CompareRequest;
import io.flowpp.platform.compare.ComparedRun;
import io.flowpp.platform.compare.ComparedRuns;
import io.flowpp.platform.compare.Comparison;
import io.flowpp.platform.compare.ComparisonFiles;
import io.flowpp.platform.compare.Comparisons;
import io.flowpp.platform.compare.page.ComparisonWriter;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.tracking.Tracker;
import io.flowpp.platform.tracking.TrackerFactory;
import io.flowpp.platform.workspace.Workspace;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A sweep's finished trials held against each other, and the result on the sweep's own run. */
public final class CompareSweep {
  private final LedgerSource ledgers;
  private final ComparedRuns runs;
  private final TrackerFactory trackers;
  private final Workspace workspace;

  @Inject
  CompareSweep(
      LedgerSource ledgers, ComparedRuns runs, TrackerFactory trackers, Workspace workspace) {
    this.ledgers = ledgers;
    this.runs = runs;
    this.trackers = trackers;
    this.workspace = workspace;
  }

  /**
   * As {@link CompareRequest}, whose runs are the sweep's.
   *
   * @param by empty for all parameters of the sweep
   * @param metric null for the sweep's own
   */
  public record Request(
      String sweep,
      List<String> by,
      @Nullable String baseline,
      @Nullable String metric,
      @Nullable Double margin,
      CompareRequest.Images images) {}

  /**
   * @param files where they were written
   * @param tracked synced, pending or offline
   */
  public record Compared(Comparison comparison, ComparisonFiles files, String tracked) {}

  /**
   * Compares, fills {@code folder}, and puts the same on the sweep's own run as {@code
   * comparison/...}.
   *
   * @throws UserFault where there is no such sweep, too little of it is done, or its trials cannot
   *     be compared
   */
  public Compared compare(Request request, Path folder, Consumer<String> note) {
    try (Ledger ledger = ledgers.open()) {
      SweepState sweep = SweepDesk.require(ledger, request.sweep());
      List<TrialState> trials = ledger.trials(request.sweep());
      Comparison comparison = comparison(sweep, SweepResult.of(sweep, trials, null), request);
      ComparisonWriter.write(comparison, folder); // what cannot be written opens no run
      trackers.warnings().forEach(note);
      Tracker tracker =
          trackers.open(
              sweep.spec().experiment(), SweepTracking.journal(workspace.journals(), sweep));
      SweepPlaces places = SweepPlaces.of(workspace.root(), request.sweep());
      String command = "./flowpp sweep resume " + sweep.file();
      try (SweepTracking tracking = new SweepTracking(tracker, sweep, command, places)) {
        tracker.trouble().ifPresent(note);
        ComparisonFiles files =
            ComparisonWriter.write(
                comparison.withPage(tracking.page().map(URI::toString).orElse(null)), folder);
        tracking.compared(files, RunSweep.status(trials), isAtWork(trials));
        return new Compared(comparison, files, tracker.state().name().toLowerCase(Locale.ROOT));
      }
    }
  }

  private Comparison comparison(SweepState sweep, SweepResult result, Request request) {
    List<ComparedRun> done = new ArrayList<>();
    for (SweepResult.Trial trial : result.trials()) {
      if (trial.runId() != null) {
        done.add(runs.find(trial.runId(), trial.params()));
      }
    }
    if (done.isEmpty()) {
      throw new UserFault(
          ExitCode.USAGE,
          "no-runs",
          "no trial of the sweep is done",
          request.sweep(),
          "go on with it: flowpp sweep resume " + request.sweep());
    }
    List<String> by =
        request.by().isEmpty()
            ? sweep.spec().ranges().keySet().stream().filter(k -> !k.equals("seed")).toList()
            : request.by();
    String metric = request.metric();
    return Comparisons.of(
        new CompareRequest(
            done,
            request.sweep() + " by " + String.join(", ", by),
            by,
            request.baseline(),
            metric == null ? sweep.spec().metric().name() : metric,
            request.margin(),
            request.images(),
            missing(result, done.size()),
            null));
  }

  private static boolean isAtWork(List<TrialState> trials) {
    return trials.stream().anyMatch(trial -> trial.status() == TrialStatus.RUNNING);
  }

  private static List<String> missing(SweepResult result, int done) {
    int all = result.trials().size();
    return done == all
        ? List.of()
        : List.of(
            (all - done)
                + " of the sweep's "
                + all
                + " trials are not done; compared are the others");
  }
}
