package io.flowpp.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowpp.core.spec.ParameterCount;
import io.flowpp.platform.config.ExperimentLoader;
import io.flowpp.platform.config.LoadedExperiment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file under {@code experiments/} is one that runs, and is as large as it says. */
class ExperimentFilesTest {
  private static final Path HERE = Path.of("");

  static List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(HERE)) {
      return all.filter(file -> file.toString().endsWith(".yaml"))
          .filter(file -> !file.startsWith("src") && !file.startsWith("target"))
          .sorted()
          .toList();
    }
  }

  @Test
  void thereAreExperiments() throws IOException {
    assertThat(files()).contains(Path.of("quickstart.yaml"), Path.of("presets/cifar10.yaml"));
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyFileLoadsAndCounts(Path file) {
    LoadedExperiment loaded = ExperimentLoader.load(file, List.of());
    assertThat(ParameterCount.of(loaded.config().model()).total()).isPositive();
    String stem = file.getFileName().toString().replace(".yaml", "");
    assertThat(loaded.config().name()).isEqualTo(stem);
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyFileSaysWhatItIsForWhatItCostsAndWhatToExpect(Path file) throws IOException {
    List<String> comments =
        Files.readAllLines(file).stream().takeWhile(line -> line.startsWith("#")).toList();
    for (String start : List.of("# What for:", "# Cost:", "# Expect:")) {
      assertThat(comments).anyMatch(line -> line.startsWith(start));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "fashion-mnist-small, -1, 993712",
    "cifar10, 3466976, 31443440",
    "cifar10-affine, -1, 32045708",
    "cifar10-uniform, 0, 32324408",
    "cifar10-no-attention, 3466976, 31443440",
  })
  void presetsHaveTheSizesOfTheirLaunchers(String preset, long dequantizer, long total) {
    Path file = Path.of("presets", preset + ".yaml");
    ParameterCount count =
        ParameterCount.of(ExperimentLoader.load(file, List.of()).config().model());
    assertThat(count.total()).isEqualTo(total);
    if (dequantizer >= 0) {
      assertThat(count.dequantizer()).isEqualTo(dequantizer);
    }
  }

  @Test
  void theCifarNetworkOnSmallImagesHasItsOwnSize() {
    Path file = Path.of("quickstart.yaml");
    LoadedExperiment loaded =
        ExperimentLoader.load(file, List.of("model.preset=cifar10", "pretraining.kind=none"));
    assertThat(ParameterCount.of(loaded.config().model()).total()).isEqualTo(27159024);
  }
}
