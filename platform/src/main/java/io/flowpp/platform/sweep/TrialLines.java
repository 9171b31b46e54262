package io.flowpp.platform.sweep;

import io.flowpp.platform.execution.RunListener;
import io.flowpp.platform.execution.StageProgress;
import io.flowpp.platform.stage.StageEvent;
import io.flowpp.platform.stage.StageName;
import io.flowpp.platform.stage.StageStatus;
import java.io.PrintStream;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Timer;
import java.util.TimerTask;
import org.jspecify.annotations.Nullable;

/**
 * A trial's progress as lines between two processes: each line is also the sign that the trial does
 * not hang. So nothing is said on a timer, but while the trial waits for a stage that another one
 * works on, perhaps for hours.
 */
final class TrialLines implements RunListener {
  private static final String START = "flowpp-trial ";
  private static final long NANOS_BETWEEN = 500_000_000L;

  private final PrintStream out;
  private static final long WAITING_MILLIS = 5_000;

  private @Nullable StageProgress current;
  private boolean waiting;
  private long said = System.nanoTime() - NANOS_BETWEEN;

  TrialLines(PrintStream out) {
    this.out = out;
    new Timer("trial-waiting", true)
        .schedule(
            new TimerTask() {
              @Override
              public void run() {
                sayWhileWaiting();
              }
            },
            WAITING_MILLIS,
            WAITING_MILLIS);
  }

  private synchronized void sayWhileWaiting() {
    if (waiting && current != null) {
      say(current);
    }
  }

  /** The progress that a line holds; empty for any other line. */
  static Optional<String> progress(String line) {
    return line.startsWith(START) ? Optional.of(line.substring(START.length())) : Optional.empty();
  }

  @Override
  public synchronized void stageStarted(StageName stage) {
    current = new StageProgress(stage.id(), System.nanoTime());
    say(current);
  }

  @Override
  public synchronized void stageEvent(StageName stage, StageEvent event) {
    StageProgress progress = current;
    if (progress == null) {
      return;
    }
    waiting = event instanceof StageEvent.Waiting;
    progress.accept(event, System.nanoTime());
    if (System.nanoTime() - said >= NANOS_BETWEEN) {
      say(progress);
    }
    if (event instanceof StageEvent.Waiting waiting) {
      note(stage.id() + ": " + waiting.message());
    }
  }

  @Override
  public synchronized void stageFinished(StageName stage, StageStatus status, double seconds) {
    waiting = false;
    note(stage.id() + " " + status.id());
  }

  @Override
  public synchronized void note(String message) {
    out.println(message);
    out.flush();
  }

  private void say(StageProgress stage) {
    said = System.nanoTime();
    double bpd = stage.bitsPerDim();
    OptionalDouble left = stage.secondsLeft(said);
    Progress progress =
        new Progress(
            stage.name(),
            stage.unit(),
            stage.done(),
            stage.total(),
            Double.isNaN(bpd) ? null : bpd,
            left.isPresent() ? left.getAsDouble() : null);
    out.println(START + SweepJson.write(progress));
    out.flush();
  }
}
