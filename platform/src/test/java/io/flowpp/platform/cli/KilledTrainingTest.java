package io.flowpp.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A training with dropout and micro-batches that is killed again and again, each time followed by
 * the same command, ends bit for bit where an uninterrupted one does.
 */
class KilledTrainingTest {
  private static final Map<String, String> OFFLINE = Map.of("FLOWPP_OFFLINE", "1");

  /** Steps between two kills, about. */
  private static final int STRIDE = 8;

  @TempDir Path temporary;

  @Tag("slow")
  @Test
  void killedThreeTimes() throws Exception {
    killed(3, 1);
  }

  @Tag("storm")
  @Test
  void killedTwentyTimes() throws Exception {
    killed(20, 2);
  }

  private void killed(int kills, long seed) throws Exception {
    int steps = STRIDE * (kills + 2);
    Path workspace = temporary.resolve("killed");
    Random random = new Random(seed);
    for (int i = 0; i < kills; i++) {
      int reached = i * STRIDE;
      FlowppProcess process = run(workspace, steps);
      process.awaitThat("step " + reached, () -> newest(workspace) >= reached);
      Thread.sleep(random.nextInt(400));
      process.kill();
    }
    FlowppProcess last = run(workspace, steps);
    assertThat(last.exitCode()).as(last.err()).isZero();
    Path undisturbed = temporary.resolve("whole");
    FlowppProcess whole = run(undisturbed, steps);
    assertThat(whole.exitCode()).as(whole.err()).isZero();

    JsonNode found = last.json();
    JsonNode expected = whole.json();
    assertThat(found.path("weights_sha256")).isEqualTo(expected.path("weights_sha256"));
    assertThat(found.at("/metrics/test~1bpd")).isEqualTo(expected.at("/metrics/test~1bpd"));
    // weights, both moments, the average
    String state = String.format("step-%08d/state.safetensors", steps);
    assertThat(only(workspace.resolve("scratch/train-flow")).resolve(state))
        .hasSameBinaryContentAs(only(undisturbed.resolve("scratch/train-flow")).resolve(state));
    assertThat(curve(workspace)).isEqualTo(curve(undisturbed)).hasSize(steps + 1);
    assertThat(only(workspace.resolve("stages/train-flow")).resolve("validations.csv"))
        .hasSameBinaryContentAs(
            only(undisturbed.resolve("stages/train-flow")).resolve("validations.csv"));
    assertThat(Journals.steps(workspace.resolve("journals"), "train/bpd", "train-flow"))
        .doesNotHaveDuplicates()
        .hasSize(steps);
  }

  private static FlowppProcess run(Path workspace, int steps) {
    return FlowppProcess.start(
        workspace,
        OFFLINE,
        "run",
        "../experiments/smoke.yaml",
        "--json",
        "model.flow.dropout=0.2",
        "pretraining.steps=4",
        "training.steps=" + steps,
        "training.micro-batch=3",
        "training.checkpoint-every=3",
        "training.validate-every=5",
        "evaluation.images=4",
        "evaluation.samples=1");
  }

  private static int newest(Path workspace) {
    return Checkpointed.in(workspace.resolve("scratch").resolve("train-flow")).stream()
        .map(step -> step.getFileName().toString().substring("step-".length()))
        .mapToInt(Integer::parseInt)
        .max()
        .orElse(0);
  }

  /** All but the speed, which no two runs share. */
  private static List<String> curve(Path workspace) throws IOException {
    List<String> lines =
        Files.readAllLines(only(workspace.resolve("stages/train-flow")).resolve("curve.csv"));
    return lines.stream().map(line -> line.substring(0, line.lastIndexOf(','))).toList();
  }

  private static Path only(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      List<Path> found = new ArrayList<>(all.collect(Collectors.toList()));
      assertThat(found).hasSize(1);
      return found.get(0);
    }
  }
}
