package io.flowpp.platform.tracking;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to leave a server alone after it failed: doubling from half a second to half a minute,
 * the last half of it by chance, so that clients part.
 */
final class Backoff {
  private static final long FIRST_MILLIS = 500;
  private static final int DOUBLINGS = 6;

  private final RandomGenerator random;
  private int failures;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  Duration next() {
    long most = FIRST_MILLIS << Math.min(failures, DOUBLINGS);
    failures++;
    return Duration.ofMillis(most / 2 + random.nextLong(most / 2 + 1));
  }

  void reset() {
    failures = 0;
  }
}
