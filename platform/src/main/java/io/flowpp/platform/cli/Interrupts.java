package io.flowpp.platform.cli;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.execution.RunRequest;
import io.flowpp.platform.stage.Cancellation;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import sun.misc.Signal;

/**
 * Turns SIGINT and SIGTERM into a wish to stop. The stage ends its step and writes a checkpoint; if
 * that takes too long the process ends without it, the last checkpoint being whole. A second signal
 * ends the process at once.
 */
final class Interrupts implements Cancellation, AutoCloseable {
  private static final long SECONDS_TO_STOP = 5;

  private final AtomicInteger signals = new AtomicInteger();
  private final CountDownLatch over = new CountDownLatch(1);
  private final Runnable abandon;
  private final String command;
  private final ProgressDisplay progress;

  private Interrupts(Runnable abandon, String command, ProgressDisplay progress) {
    this.abandon = abandon;
    this.command = command;
    this.progress = progress;
  }

  /**
   * @param abandon marks the run as killed while its stage still works
   */
  static Interrupts install(Runnable abandon, RunRequest request, ProgressDisplay progress) {
    Interrupts interrupts = new Interrupts(abandon, request.command(), progress);
    Signal.handle(new Signal("INT"), signal -> interrupts.arrived());
    Signal.handle(new Signal("TERM"), signal -> interrupts.arrived());
    return interrupts;
  }

  @Override
  public boolean isCancelled() {
    return signals.get() > 0;
  }

  @Override
  public void close() {
    over.countDown();
  }

  private void arrived() {
    if (signals.incrementAndGet() > 1) {
      Runtime.getRuntime().halt(ExitCode.INTERRUPTED.number());
    }
    progress.note("stopping after this step (once more to stop at once)");
    Thread watchdog = new Thread(this::watch, "stop-watchdog");
    watchdog.setDaemon(true);
    watchdog.start();
  }

  private void watch() {
    try {
      if (over.await(SECONDS_TO_STOP, TimeUnit.SECONDS)) {
        return;
      }
      Thread telling = new Thread(abandon, "stop-telling");
      telling.setDaemon(true);
      telling.start();
      telling.join(TimeUnit.SECONDS.toMillis(SECONDS_TO_STOP) / 2);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    progress.note(
        "error: interrupted before the stage could stop; what was saved is whole; go on with: "
            + command);
    Runtime.getRuntime().halt(ExitCode.INTERRUPTED.number());
  }
}
