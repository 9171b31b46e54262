package io.flowpp.platform.sweep;

import io.flowpp.platform.config.ConfigException;
import io.flowpp.platform.config.Problems;
import java.nio.file.Path;
import java.util.Map;

/**
 * Reads a sweep's file (docs/SWEEPS.md) and spells every trial out.
 *
 * <pre>{@code
 * SweepSpec spec = SweepFiles.load(Path.of("experiments/ablations/smoke.yaml"), SweepDefaults.ofThisMachine());
 * spec.trials().get(0).params(); // {ablation=full}
 * }</pre>
 */
public final class SweepFiles {
  private SweepFiles() {}

  /**
   * Loads a sweep with all its trials.
   *
   * @throws ConfigException with every problem there is
   */
  public static SweepSpec load(Path file, SweepDefaults defaults) {
    return load(file, defaults, System.getenv());
  }

  static SweepSpec load(Path file, SweepDefaults defaults, Map<String, String> environment) {
    Problems problems = new Problems();
    SweepDraft draft = new SweepReader(file, environment, problems).read();
    problems.throwIfAny();
    if (draft == null) {
      throw new IllegalStateException("no sweep and no problem: " + file);
    }
    return new SweepMaker(draft, defaults).make();
  }
}
