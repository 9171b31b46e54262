package io.flowpp.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Sweeps of seconds, by real processes. */
final class SweepFixture {
  private SweepFixture() {}

  /** Two arms and two seeds of an experiment that trains for a moment. */
  static Path small(Path folder, String name) throws IOException {
    return write(
        folder,
        name,
        """
        ablations:
          full: {}
          affine: {model.flow.coupling.kind: affine}
        seeds: [1, 2]
        limits: {max-concurrent: 2}
        """,
        40);
  }

  /**
   * @param settings of all trials, as YAML
   */
  static Path write(Path folder, String name, String rest, int steps, String... settings)
      throws IOException {
    Path base = Path.of("../experiments/smoke.yaml").toAbsolutePath().normalize();
    Path file = folder.resolve(name + ".yaml");
    Files.writeString(
        file,
        """
        name: %s
        base: %s
        set:
          # what arms of one seed can share: a dequantizer that is not as the flow
          model.dequantizer.coupling: {kind: mixture, components: 2, arithmetic: network}
          model.dequantizer.attention: true
          model.dequantizer.heads: 1
          pretraining.kind: uniform
          pretraining.steps: 4
          training.steps: %d
          training.checkpoint-every: 5
          training.validate-every: 20
          tracking.sample-grids: 0
          evaluation.images: 4
          evaluation.samples: 1
          evaluation.grid: 4
        %s%s"""
            .formatted(
                name,
                base,
                steps,
                Stream.of(settings).map(each -> "  " + each + "\n").collect(Collectors.joining()),
                rest));
    return file;
  }

  static FlowppProcess sweep(Path workspace, Map<String, String> environment, String... words) {
    List<String> all = new ArrayList<>(List.of("sweep"));
    all.addAll(List.of(words));
    all.add("--json");
    Map<String, String> offline = new TreeMap<>(Map.of("FLOWPP_OFFLINE", "1"));
    offline.putAll(environment);
    return FlowppProcess.start(workspace, offline, all.toArray(String[]::new));
  }

  /** What a trial came to, but for what depends on the machine's speed: weights and metrics. */
  static Map<String, String> outcomes(JsonNode sweep) {
    Map<String, String> outcomes = new TreeMap<>();
    for (JsonNode trial : sweep.path("trials")) {
      StringBuilder text = new StringBuilder(trial.path("status").asText());
      text.append(' ').append(trial.path("weights_sha256").asText());
      trial
          .path("metrics")
          .fields()
          .forEachRemaining(
              metric -> {
                if (!metric.getKey().startsWith("perf/")
                    && !metric.getKey().startsWith("system/")) {
                  text.append(' ').append(metric.getKey()).append('=').append(metric.getValue());
                }
              });
      outcomes.put(trial.path("id").asText(), text.toString());
    }
    return outcomes;
  }

  static JsonNode done(FlowppProcess process) throws Exception {
    assertThat(process.exitCode()).as(process.err() + process.out()).isZero();
    return process.json();
  }

  /** Finished outputs of a stage in a workspace. */
  static long outputs(Path workspace, String stage) throws IOException {
    try (var entries = Files.list(workspace.resolve("stages").resolve(stage))) {
      return entries.count();
    }
  }
}
