package io.flowpp.platform.sweep;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** When a trial gave its last sign of progress, and what it has computed since. */
final class Signs {
  /** Of one core. */
  private static final double BUSY = .1;

  private static final int PATIENCE_WITH_BUSY = 12;

  private final LongSupplier nanos;
  private final Supplier<Duration> cpu;
  private volatile long lastNanos;
  private volatile Duration cpuAtLast = Duration.ZERO;

  /**
   * @param cpu what the trial has computed so far
   */
  Signs(LongSupplier nanos, Supplier<Duration> cpu) {
    this.nanos = nanos;
    this.cpu = cpu;
    this.lastNanos = nanos.getAsLong();
  }

  void given() {
    lastNanos = nanos.getAsLong();
    cpuAtLast = cpu.get();
  }

  /**
   * How long there was no sign of progress, where that is longer than {@code bound} and the trial
   * does not compute; one that computes has longer, for some steps are long on a small machine.
   */
  Optional<Duration> silence(Duration bound) {
    Duration silence = Duration.ofNanos(nanos.getAsLong() - lastNanos);
    if (silence.compareTo(bound) <= 0) {
      return Optional.empty();
    }
    Duration computed = cpu.get().minus(cpuAtLast);
    boolean busy = computed.toMillis() > BUSY * silence.toMillis();
    return busy && silence.compareTo(bound.multipliedBy(PATIENCE_WITH_BUSY)) <= 0
        ? Optional.empty()
        : Optional.of(silence);
  }
}
