package io.flowpp.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowpp.platform.sweep.AttemptState;
import io.flowpp.platform.sweep.Ledger;
import io.flowpp.platform.sweep.Ledgers;
import io.flowpp.platform.sweep.TrialState;
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

  /** The trials as the sweep's ledger has them. */
  static List<TrialState> trials(Path workspace, Map<String, String> environment, String sweep) {
    try (Ledger ledger = Ledgers.open(workspace, environment)) {
      return ledger.trials(sweep);
    }
  }

  /** How the attempts at a trial ended. */
  static List<String> ends(TrialState trial) {
    return trial.attempts().stream().map(AttemptState::outcome).toList();
  }

  /** Checkpoints of trainings that are under way in a workspace. */
  static int checkpoints(Path workspace) {
    return files(workspace.resolve("scratch").resolve("train-flow"), "step-\\d{8}");
  }

  /** Attempts of a sweep that came to their end by themselves. */
  static int answers(Path workspace, String sweep) {
    return files(
        workspace.resolve("sweeps").resolve(sweep).resolve("trials"), ".*\\.answer\\.json");
  }

  /** How many there are in the folders of a folder, while others write there. */
  private static int files(Path folder, String pattern) {
    int count = 0;
    String[] names = folder.toFile().list();
    for (String name : names == null ? new String[0] : names) {
      String[] files = folder.resolve(name).toFile().list();
      for (String file : files == null ? new String[0] : files) {
        count += file.matches(pattern) ? 1 : 0;
      }
    }
    return count;
  }

  /** Finished outputs of a stage in a workspace. */
  static long outputs(Path workspace, String stage) throws IOException {
    try (var entries = Files.list(workspace.resolve("stages").resolve(stage))) {
      return entries.count();
    }
  }
}
