package io.flowpp.platform.cli;

import io.flowpp.core.train.TrainingListener;
import io.flowpp.platform.execution.RunListener;
import io.flowpp.platform.execution.StageProgress;
import io.flowpp.platform.stage.StageEvent;
import io.flowpp.platform.stage.StageName;
import io.flowpp.platform.stage.StageStatus;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows on stderr how a run goes: a bar that is redrawn where a person watches, now and then a line
 * where a file does.
 */
final class ProgressDisplay implements RunListener, AutoCloseable {
  private static final long REDRAW_NANOS = 100_000_000L;
  private static final long LINE_NANOS = 5_000_000_000L;
  private static final int BAR = 24;
  private static final int NAME = 20;

  private final PrintWriter out;
  private final boolean interactive;
  private final int columns;
  private final LongSupplier nanos;
  private @Nullable StageProgress current;
  private long lastShown;
  private boolean drawn;

  ProgressDisplay(PrintWriter out, boolean interactive, int columns, LongSupplier nanos) {
    this.out = out;
    this.interactive = interactive;
    this.columns = columns;
    this.nanos = nanos;
  }

  static ProgressDisplay on(PrintWriter out) {
    Map<String, String> environment = System.getenv();
    return new ProgressDisplay(
        out, Terminal.isInteractive(environment), Terminal.columns(environment), System::nanoTime);
  }

  @Override
  public synchronized void stageStarted(StageName stage) {
    current = new StageProgress(stage.id(), nanos.getAsLong());
    lastShown = nanos.getAsLong();
    if (interactive) {
      draw(current);
    }
  }

  @Override
  public synchronized void stageEvent(StageName stage, StageEvent event) {
    StageProgress progress = current;
    if (event instanceof StageEvent.Waiting waiting) {
      print(stage.id() + ": " + waiting.message());
    } else if (event instanceof StageEvent.Noticed noticed) {
      print(stage.id() + ": " + noticed.message());
    } else if (event instanceof StageEvent.Skipped skipped) {
      skipped(stage, skipped.skip());
    } else if (event instanceof StageEvent.Returned returned) {
      returned(stage, returned.gone());
    } else if (progress != null) {
      long now = nanos.getAsLong();
      progress.accept(event, now);
      if (event instanceof StageEvent.Started started && started.done() > 0) {
        print(
            String.format(
                Locale.ROOT, "%s: goes on from %s %d", stage.id(), started.unit(), started.done()));
      }
      if (now - lastShown >= (interactive ? REDRAW_NANOS : LINE_NANOS)) {
        lastShown = now;
        if (interactive) {
          draw(progress);
        } else {
          print(progress.name() + ": " + progress.words(now));
        }
      }
    }
  }

  /** Only the first in a row: the others rarely say more. */
  private void skipped(StageName stage, TrainingListener.Skip skip) {
    if (skip.inARow() == 1) {
      print(
          String.format(
              Locale.ROOT, "%s: skipped step %d: %s", stage.id(), skip.step(), skip.reason()));
    }
  }

  private void returned(StageName stage, TrainingListener.Return gone) {
    print(
        String.format(
            Locale.ROOT,
            "%s: went back from step %d to %d, learning rate times %.3g from there on",
            stage.id(),
            gone.from(),
            gone.to(),
            gone.rateFactor()));
  }

  @Override
  public synchronized void stageFinished(StageName stage, StageStatus status, double seconds) {
    current = null;
    String time = status.hasOutput() && seconds > 0 ? "  " + StageProgress.clock(seconds) : "";
    print(String.format(Locale.ROOT, "%-" + NAME + "s  %s%s", stage.id(), status.id(), time));
  }

  @Override
  public synchronized void note(String message) {
    print(message);
  }

  /** Leaves a clean line behind. */
  @Override
  public synchronized void close() {
    erase();
    out.flush();
  }

  private void print(String line) {
    erase();
    out.println(line);
    out.flush();
    if (interactive && current != null) {
      draw(current);
    }
  }

  private void draw(StageProgress progress) {
    int full = (int) Math.round(progress.share() * BAR);
    String bar = progress.isCounted() ? "[" + "#".repeat(full) + "-".repeat(BAR - full) + "] " : "";
    String line =
        String.format(
            Locale.ROOT,
            "%-" + NAME + "s  %s%s",
            progress.name(),
            bar,
            progress.words(nanos.getAsLong()));
    String visible = line.length() < columns ? line : line.substring(0, columns - 1);
    out.print("\r\033[K" + visible);
    out.flush();
    drawn = true;
  }

  private void erase() {
    if (drawn) {
      out.print("\r\033[K");
      drawn = false;
    }
  }
}
