package io.flowpp.platform.tracking;

import java.time.Duration;

/**
 * Says whether a server is worth a real request. After a failure each try begins with a small
 * question of little patience, so that a server which accepts and never answers costs seconds
 * instead of the time-out of a large request, and one that struggles is not pressed. After some
 * failures in a row the circuit is open: nobody waits for the server any more. One success closes
 * it. Not thread-safe.
 */
final class Breaker {
  static final Duration QUESTION = Duration.ofSeconds(5);

  private static final int FAILURES = 3;

  private final Backoff backoff;
  private int inARow;

  Breaker(Backoff backoff) {
    this.backoff = backoff;
  }

  /** How long to leave the server alone now. */
  Duration failed() {
    inARow++;
    return backoff.next();
  }

  void succeeded() {
    inARow = 0;
    backoff.reset();
  }

  /** Whether to ask the small question first. */
  boolean isDoubtful() {
    return inARow > 0;
  }

  boolean isOpen() {
    return inARow >= FAILURES;
  }
}
