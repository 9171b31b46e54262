package io.flowpp.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowpp.platform.config.ExitCode;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a sweep's exit code says of its trials. */
class SweepExitCodeTest {
  @Test
  void onlyASweepOfWhichNothingIsLeftIsDone() {
    assertThat(code(Map.of("done", 3), false)).isEqualTo(ExitCode.DONE);
    assertThat(code(Map.of("done", 3), true)).isEqualTo(ExitCode.DONE);
    assertThat(code(Map.of("done", 2, "failed", 1), false)).isEqualTo(ExitCode.FAILED);
    assertThat(code(Map.of("failed", 1, "cancelled", 2), false)).isEqualTo(ExitCode.FAILED);
    for (String left : new String[] {"pending", "running", "paused"}) {
      assertThat(code(Map.of("done", 2, left, 1), false)).as(left).isEqualTo(ExitCode.INTERRUPTED);
    }
    assertThat(code(Map.of("pending", 1, "failed", 1), false)).isEqualTo(ExitCode.FAILED);
    assertThat(code(Map.of("pending", 1, "failed", 1), true)).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(code(Map.of("paused", 1, "failed", 1), false)).isEqualTo(ExitCode.INTERRUPTED);
  }

  private static ExitCode code(Map<String, Integer> counts, boolean interrupted) {
    return SweepOptions.exitCode(counts, interrupted);
  }
}
