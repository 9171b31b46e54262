package io.flowpp.platform.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowpp.platform.stage.StageEvent;
import io.flowpp.platform.stage.StageName;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which trial hangs, and which is only slow, or waits for another. */
class HangTest {
  private static final Duration BOUND = Duration.ofMillis(300);

  @TempDir Path temporary;

  @Test
  void whoComputesHasLongerThanWhoDoesNothing() {
    AtomicLong nanos = new AtomicLong();
    AtomicReference<Duration> cpu = new AtomicReference<>(Duration.ofSeconds(7));
    Signs signs = new Signs(nanos::get, cpu::get);
    signs.given();
    nanos.set(BOUND.toNanos());
    assertThat(signs.silence(BOUND)).isEmpty();
    nanos.set(2 * BOUND.toNanos());
    assertThat(signs.silence(BOUND)).as("idle").contains(BOUND.multipliedBy(2));
    cpu.set(Duration.ofSeconds(7).plus(BOUND));
    assertThat(signs.silence(BOUND)).as("busy").isEmpty();
    nanos.set(12 * BOUND.toNanos());
    cpu.set(Duration.ofSeconds(7).plus(BOUND.multipliedBy(11)));
    assertThat(signs.silence(BOUND)).as("busy for long").isEmpty();
    nanos.set(13 * BOUND.toNanos());
    assertThat(signs.silence(BOUND)).as("too long even so").contains(BOUND.multipliedBy(13));
    signs.given();
    assertThat(signs.silence(BOUND)).as("a sign").isEmpty();
    nanos.set(15 * BOUND.toNanos());
    assertThat(signs.silence(BOUND)).as("idle since the sign").contains(BOUND.multipliedBy(2));
  }

  @Test
  void whatAProcessComputesIsKnownAndWhoDoesNothingHangs() throws Exception {
    try (TrialProcess idle = start("exec sleep 60");
        TrialProcess busy = start("while :; do :; done")) {
      while (busy.cpu().toMillis() < 200 || idle.hangs(BOUND).isEmpty()) {
        LockSupport.parkNanos(20_000_000);
      }
      assertThat(idle.cpu()).isLessThan(Duration.ofMillis(200));
    }
  }

  @Test
  void whoWaitsForAStageOfAnotherGivesSigns() throws Exception {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    TrialLines lines = new TrialLines(new PrintStream(said, true, StandardCharsets.UTF_8));
    lines.stageStarted(StageName.PRETRAIN_DEQUANTIZER);
    lines.stageEvent(
        StageName.PRETRAIN_DEQUANTIZER, new StageEvent.Waiting("held by process 7 on h"));
    long before = signs(said);
    while (signs(said) == before) {
      Thread.sleep(50);
    }
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("pretrain-dequantizer: held by process 7 on h");
  }

  private static long signs(ByteArrayOutputStream said) {
    return said.toString(StandardCharsets.UTF_8)
        .lines()
        .filter(line -> TrialLines.progress(line).isPresent())
        .count();
  }

  private TrialProcess start(String script) {
    return TrialProcess.start(
        List.of("sh", "-c", script), Map.of(), temporary.resolve(script.hashCode() + ".log"));
  }
}
