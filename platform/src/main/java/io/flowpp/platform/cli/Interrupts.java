package io.flowpp.platform.cli;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.stage.Cancellation;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import sun.misc.Signal;

/**
 * Turns SIGINT and SIGTERM into a wish to stop. The stage ends its step and writes a checkpoint; if
 * that takes too long the process ends without it, the last checkpoint being whole. A second signal
 * ends the process at once.
 */
final class Interrupts implements Cancellation, AutoCloseable {
  private static final long SECONDS_TO_STOP = 5;

  /** Where the work lies in processes that need these five seconds themselves. */
  private static final long SECONDS_FOR_OTHERS = 8;

  private final AtomicInteger signals = new AtomicInteger();
  private final CountDownLatch over = new CountDownLatch(1);
  private final Runnable abandon;
  private final String command;
  private final Consumer<String> note;
  private final long seconds;

  private Interrupts(long seconds, Runnable abandon, String command, Consumer<String> note) {
    this.seconds = seconds;
    this.abandon = abandon;
    this.command = command;
    this.note = note;
  }

  /**
   * @param abandon marks the run as killed while its stage still works
   * @param command the line that goes on with it
   * @param note shows a line to the user
   */
  static Interrupts install(Runnable abandon, String command, Consumer<String> note) {
    return install(new Interrupts(SECONDS_TO_STOP, abandon, command, note));
  }

  /** The same for a process whose work is done by others. */
  static Interrupts installAbove(String command, Consumer<String> note) {
    return install(new Interrupts(SECONDS_FOR_OTHERS, () -> {}, command, note));
  }

  private static Interrupts install(Interrupts interrupts) {
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
    stopSoon();
  }

  /** The same wish from elsewhere than a signal, where it is the first. */
  void wish() {
    if (signals.compareAndSet(0, 1)) {
      stopSoon();
    }
  }

  private void stopSoon() {
    note.accept("stopping after this step (once more to stop at once)");
    Thread watchdog = new Thread(this::watch, "stop-watchdog");
    watchdog.setDaemon(true);
    watchdog.start();
  }

  private void watch() {
    try {
      if (over.await(seconds, TimeUnit.SECONDS)) {
        return;
      }
      Thread telling = new Thread(abandon, "stop-telling");
      telling.setDaemon(true);
      telling.start();
      telling.join(TimeUnit.SECONDS.toMillis(SECONDS_TO_STOP) / 2);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    note.accept(
        "error: interrupted before the stage could stop; what was saved is whole; go on with: "
            + command);
    Runtime.getRuntime().halt(ExitCode.INTERRUPTED.number());
  }
}
