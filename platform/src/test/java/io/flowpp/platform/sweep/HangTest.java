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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which trial hangs, and which is only slow, or waits for another. */
class HangTest {
  private static final Duration BOUND = Duration.ofMillis(300);

  @TempDir Path temporary;

  @Test
  void whoComputesHasLongerThanWhoDoesNothing() throws Exception {
    try (TrialProcess idle = start("sleep 60");
        TrialProcess busy = start("while :; do :; done")) {
      while (idle.hangs(BOUND).isEmpty()) {
        Thread.sleep(20);
      }
      assertThat(busy.hangs(BOUND)).isEmpty();
      while (busy.hangs(BOUND).isEmpty()) {
        Thread.sleep(20);
      }
      assertThat(busy.hangs(BOUND).orElseThrow()).isGreaterThan(BOUND.multipliedBy(12));
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
