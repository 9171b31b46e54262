package io.flowpp.platform.sweep;

import io.flowpp.platform.config.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A folder with a small experiment ({@code base.yaml}) to write sweeps beside. */
record SweepFolder(Path path) {
  static final SweepDefaults FOUR_CORES = new SweepDefaults(4, 0, null, null);

  static SweepFolder in(Path path) {
    return new SweepFolder(path)
        .with(
            "base.yaml",
            """
            name: base
            seed: 7
            data:
              source: images
            model:
              dequantizer:
                couplings: 1
              flow:
                filters: 8
                blocks: 1
                heads: 2
                dropout: 0
                coupling:
                  components: 4
            pretraining:
              kind: none
            training:
              steps: 100
              batch: 8
            """);
  }

  SweepFolder with(String name, String text) {
    try {
      Files.writeString(path.resolve(name), text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The sweep {@code x.yaml} of that text, on {@code base.yaml}. */
  SweepSpec load(String text) {
    return load(text, FOUR_CORES);
  }

  SweepSpec load(String text, SweepDefaults defaults) {
    return with("x.yaml", "base: base.yaml\n" + text).loadAsItIs(defaults);
  }

  private SweepSpec loadAsItIs(SweepDefaults defaults) {
    return SweepFiles.load(path.resolve("x.yaml"), defaults, Map.of());
  }

  /** The lines that a user would see, without the folder; line 1 names the base. */
  List<String> problems(String text) {
    return problemsAsItIs("base: base.yaml\n" + text);
  }

  List<String> problemsAsItIs(String text) {
    try {
      with("x.yaml", text).loadAsItIs(FOUR_CORES);
      return List.of();
    } catch (ConfigException e) {
      return e.problems().stream().map(p -> p.toString().replace(path + "/", "")).toList();
    }
  }

  static List<String> names(SweepSpec spec) {
    return spec.trials().stream().map(TrialSpec::name).toList();
  }

  static Set<Map<String, String>> params(SweepSpec spec) {
    return spec.trials().stream().map(TrialSpec::params).collect(Collectors.toSet());
  }
}
