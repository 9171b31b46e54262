package io.flowpp.platform.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why a sweep with trials left does not go on. */
class SweepLimitTest {
  @TempDir Path temporary;

  @Test
  void theLimitThatEndedASweepIsNamed() {
    try (Ledger ledger = Ledgers.open(temporary, Map.of())) {
      assertThat(ended(ledger, "hours", null, 0.25, 1))
          .startsWith("stopped by limits.max-hours 0.25 (began 20");
      assertThat(ended(ledger, "failures", 1, null, 1))
          .isEqualTo("stopped by limits.max-failures 1 (1 failed)");
      assertThat(ended(ledger, "none", null, 48.0, 1)).isNull();
      assertThat(ended(ledger, "all", 1, 0.25, 2)).as("nothing is left").isNull();
      ledger.stop("none");
      SweepState stopped = ledger.sweep("none").orElseThrow();
      assertThat(SweepResult.of(stopped, ledger.trials("none"), null).ended())
          .isEqualTo("stopped by 'sweep stop'");
    }
  }

  /** Of a sweep of two trials, {@code failures} of which failed, an hour after it was begun. */
  private static @Nullable String ended(
      Ledger ledger,
      String name,
      @Nullable Integer mostFailures,
      @Nullable Double hours,
      int failures) {
    ledger.create(
        SweepSamples.sweep(name, SweepSamples.limits(9, null, null, 1), 2), name + ".yaml", "h");
    for (int i = 0; i < failures; i++) {
      Claim claim = ledger.claim(name, new Worker("w", "h"), Duration.ofHours(1));
      ledger.end(
          ((Claim.Taken) claim).lease(), new Ending.Failed(SweepSamples.cause("exit"), true));
    }
    ledger.change(
        name, SweepSamples.sweep(name, SweepSamples.limits(9, mostFailures, hours, 1), 2));
    SweepState sweep = ledger.sweep(name).orElseThrow();
    return SweepResult.of(sweep, ledger.trials(name), null, sweep.began().plus(Duration.ofHours(1)))
        .ended();
  }
}
