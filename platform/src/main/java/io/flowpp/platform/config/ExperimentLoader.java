package io.flowpp.platform.config;

import java.nio.file.Path;
import java.util.List;

/**
 * Reads experiment files: preset, then the file's bases, then the file, then overrides; later ones
 * win.
 */
public final class ExperimentLoader {
  private ExperimentLoader() {}

  /**
   * Loads one experiment.
   *
   * @param overrides {@code a.b=value} each, the value in YAML
   * @throws ConfigException with every problem there is
   */
  public static LoadedExperiment load(Path file, List<String> overrides) {
    throw new UnsupportedOperationException(file + " " + overrides);
  }
}
