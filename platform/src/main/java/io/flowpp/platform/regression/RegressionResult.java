package io.flowpp.platform.regression;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code regress check} came to.
 *
 * @param file as the user named it
 * @param baselineFile where the baseline lies, or would
 * @param baseline null where there is none
 * @param platform this one
 */
public record RegressionResult(
    String regression,
    Path file,
    Judgement verdict,
    List<CheckResult> checks,
    Path baselineFile,
    @Nullable Baseline baseline,
    Platform platform,
    Instant finished,
    double seconds) {
  public RegressionResult {
    checks = List.copyOf(checks);
  }

  /** Whether it is red for no other reason than that runs or measurements failed. */
  public boolean isBroken() {
    return verdict != Judgement.PASS
        && checks.stream().anyMatch(CheckResult::broken)
        && checks.stream().allMatch(check -> check.broken() || check.verdict() != Judgement.FAIL);
  }
}
