package io.flowpp.platform.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

/** Waits for what a tracker says of its server. */
final class Troubles {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration LOOK = Duration.ofMillis(500);

  private Troubles() {}

  /** The trouble of a tracker whose server does not take what is journalled. */
  static String await(Tracker tracker) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (tracker.trouble().isEmpty() && System.nanoTime() < deadline) {
      tracker.flush(LOOK);
    }
    assertThat(tracker.state()).isEqualTo(TrackingState.PENDING);
    assertThat(tracker.trouble()).as("trouble within %s", PATIENCE).isPresent();
    return tracker.trouble().orElseThrow();
  }
}
