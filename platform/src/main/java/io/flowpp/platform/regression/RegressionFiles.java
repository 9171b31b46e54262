package io.flowpp.platform.regression;

import io.flowpp.platform.config.ConfigException;
import io.flowpp.platform.config.Problems;
import java.nio.file.Path;
import java.util.Map;

/**
 * Reads a regression file (docs/REGRESSION.md).
 *
 * <pre>{@code
 * RegressionSpec spec = RegressionFiles.load(Path.of("experiments/regression/smoke.yaml"));
 * spec.baseline(); // experiments/baselines/smoke.json
 * }</pre>
 */
public final class RegressionFiles {
  private RegressionFiles() {}

  /**
   * @throws ConfigException with every problem there is
   */
  public static RegressionSpec load(Path file) {
    return load(file, System.getenv());
  }

  static RegressionSpec load(Path file, Map<String, String> environment) {
    Problems problems = new Problems();
    RegressionSpec spec = new RegressionReader(file, environment, problems).read();
    problems.throwIfAny();
    if (spec == null) {
      throw new IllegalStateException("no regression and no problem: " + file);
    }
    return spec;
  }
}
