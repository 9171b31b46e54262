package io.flowpp.platform.regression;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code regress check} came to.
 *
 * @param baselineFile where the baseline lies, or would
 * @param baseline null where there is none
 * @param platform this one
 */
public record RegressionResult(
    String regression,
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
}
