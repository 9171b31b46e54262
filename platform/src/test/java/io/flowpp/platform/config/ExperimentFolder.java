package io.flowpp.platform.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A folder with a whole experiment ({@code base.yaml}) and a preset ({@code small}) to write others
 * beside.
 */
record ExperimentFolder(Path path) {
  static final String BASE =
      """
      name: base
      data:
        source: images
      model:
        dequantizer:
          couplings: 3
        flow:
          filters: 8
          blocks: 1
          heads: 2
          coupling:
            components: 4
      pretraining:
        kind: none
      training:
        steps: 100
      """;

  static ExperimentFolder in(Path path) {
    return new ExperimentFolder(path)
        .with("base.yaml", BASE)
        .with(
            "presets/small.yaml",
            """
            extends: ../base.yaml
            model:
              flow:
                filters: 16
                heads: 4
            """);
  }

  ExperimentFolder with(String name, String text) {
    try {
      Path file = path.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  LoadedExperiment load(String name, String... overrides) {
    return ExperimentLoader.load(path.resolve(name), List.of(overrides), Map.of("WHERE", "there"));
  }

  /** The lines that a user would see, without the folder. */
  List<String> problems(String name, String... overrides) {
    try {
      load(name, overrides);
      return List.of();
    } catch (ConfigException e) {
      return e.problems().stream().map(p -> p.toString().replace(path + "/", "")).toList();
    }
  }
}
