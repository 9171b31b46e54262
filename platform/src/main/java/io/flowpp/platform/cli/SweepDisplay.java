package io.flowpp.platform.cli;

import io.flowpp.platform.sweep.AttemptState;
import io.flowpp.platform.sweep.Cause;
import io.flowpp.platform.sweep.SweepListener;
import io.flowpp.platform.sweep.SweepState;
import io.flowpp.platform.sweep.TrialState;
import io.flowpp.platform.sweep.TrialStatus;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows on stderr how a sweep goes: what changes as lines, and what is being worked on as a table
 * that is redrawn where a person watches, now and then a line where a file does.
 */
final class SweepDisplay implements SweepListener, AutoCloseable {
  private static final long LINE_NANOS = 15_000_000_000L;

  private final PrintWriter out;
  private final boolean interactive;
  private final int columns;
  private final LongSupplier nanos;
  private final Map<String, TrialStatus> before = new HashMap<>();
  private final Set<String> told = new HashSet<>();
  private long lastLine;
  private int drawn;

  SweepDisplay(PrintWriter out, boolean interactive, int columns, LongSupplier nanos) {
    this.out = out;
    this.interactive = interactive;
    this.columns = columns;
    this.nanos = nanos;
    this.lastLine = nanos.getAsLong();
  }

  static SweepDisplay on(PrintWriter out) {
    Map<String, String> environment = System.getenv();
    return new SweepDisplay(
        out, Terminal.isInteractive(environment), Terminal.columns(environment), System::nanoTime);
  }

  @Override
  public synchronized void now(SweepState sweep, List<TrialState> trials) {
    erase();
    for (TrialState trial : trials) {
      failures(sweep, trial);
      TrialStatus last = before.put(trial.spec().id(), trial.status());
      if (last != trial.status() && (last != null || trial.status() == TrialStatus.DONE)) {
        line(SweepText.label(trial.spec()) + "  " + trial.status().id() + result(sweep, trial));
      }
    }
    if (interactive) {
      draw(trials);
    } else if (nanos.getAsLong() - lastLine >= LINE_NANOS) {
      lastLine = nanos.getAsLong();
      working(trials).forEach(trial -> line(SweepText.progress(trial)));
      line(SweepText.counts(trials));
    }
    out.flush();
  }

  @Override
  public synchronized void note(String message) {
    erase();
    line(message);
    out.flush();
  }

  @Override
  public synchronized void close() {
    erase();
    out.flush();
  }

  /** Each attempt that failed, as soon as it did. */
  private void failures(SweepState sweep, TrialState trial) {
    for (AttemptState attempt : trial.attempts()) {
      Cause cause = attempt.cause();
      if (cause != null && told.add(trial.spec().id() + attempt.token())) {
        line(
            String.format(
                Locale.ROOT,
                "%s  attempt %d of %d failed: %s: %s%s",
                SweepText.label(trial.spec()),
                attempt.number(),
                sweep.spec().limits().maxAttempts(),
                cause.kind(),
                cause.message(),
                cause.log() == null ? "" : "; see " + cause.log()));
      }
    }
  }

  private static String result(SweepState sweep, TrialState trial) {
    @Nullable Double value = SweepText.metric(sweep, trial);
    return value == null
        ? ""
        : String.format(Locale.ROOT, "  %s %.4f", sweep.spec().metric().name(), value);
  }

  private void draw(List<TrialState> trials) {
    List<TrialState> working = working(trials);
    for (TrialState trial : working) {
      shortLine(SweepText.progress(trial));
    }
    shortLine(SweepText.counts(trials));
    drawn = working.size() + 1;
  }

  private static List<TrialState> working(List<TrialState> trials) {
    return trials.stream().filter(trial -> trial.status() == TrialStatus.RUNNING).toList();
  }

  private void shortLine(String text) {
    line(text.length() < columns ? text : text.substring(0, columns - 1));
  }

  private void line(String text) {
    out.println(text);
  }

  /** The cursor goes back to the table's first line, and all below it is cleared. */
  private void erase() {
    if (drawn > 0) {
      out.print("\033[" + drawn + "A\r\033[J");
      drawn = 0;
    }
  }
}
