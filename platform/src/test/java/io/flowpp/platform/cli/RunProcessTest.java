package io.flowpp.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code flowpp run} as real processes that are killed, stopped and started side by side. */
@Tag("slow")
class RunProcessTest {
  private static final Map<String, String> OFFLINE = Map.of("FLOWPP_OFFLINE", "1");

  @TempDir Path temporary;
  private Path workspace = Path.of("unset");

  @BeforeEach
  void nameWorkspace() {
    workspace = temporary.resolve("workspace");
  }

  @Test
  void aTrainingThatIsKilledGoesOnAndEndsAtTheSameWeights() throws Exception {
    FlowppProcess killed = run(workspace, "training.steps=40");
    killed.awaitThat("checkpoint", () -> checkpoints() > 0);
    killed.kill();
    assertThat(record().path("status").asText()).isEqualTo("RUNNING");

    FlowppProcess resumed = run(workspace, "training.steps=40");
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    assertThat(statuses(resumed.json())).containsExactly("cached", "cached", "resumed", "ran");
    List<Integer> steps = journalledSteps("train/bpd", "train-flow");
    assertThat(steps).doesNotHaveDuplicates().hasSize(40).contains(1, 40);

    FlowppProcess whole = run(temporary.resolve("other"), "training.steps=40");
    assertThat(whole.exitCode()).as(whole.err()).isZero();
    assertThat(whole.json().path("weights_sha256"))
        .isEqualTo(resumed.json().path("weights_sha256"));
    assertThat(whole.json().path("run_id")).isEqualTo(resumed.json().path("run_id"));
    assertThat(whole.json().path("metrics").path("test/bpd"))
        .isEqualTo(resumed.json().path("metrics").path("test/bpd"));

    FlowppProcess cached = run(workspace, "training.steps=40");
    assertThat(cached.exitCode()).as(cached.err()).isZero();
    assertThat(statuses(cached.json())).containsOnly("cached");
    assertThat(cached.json().path("metrics")).isEqualTo(resumed.json().path("metrics"));
    assertThat(cached.json().path("report")).isEqualTo(resumed.json().path("report"));

    FlowppProcess fresh = run(workspace, "training.steps=40", "--fresh", "--until", "prepare-data");
    assertThat(fresh.exitCode()).as(fresh.err()).isZero();
    assertThat(statuses(fresh.json())).containsExactly("ran");
    assertThat(fresh.json().path("run_id")).isEqualTo(cached.json().path("run_id"));
  }

  @Test
  void aSignalStopsTheRunWithACheckpointAndTheLineToGoOnWith() throws Exception {
    FlowppProcess stopped = run(workspace, "training.steps=4000");
    stopped.awaitThat("checkpoint", () -> checkpoints() > 0);
    long before = System.nanoTime();
    stopped.terminate();
    assertThat(stopped.exitCode()).isEqualTo(5);
    assertThat((System.nanoTime() - before) / 1e9).isLessThan(10);
    JsonNode answer = stopped.json();
    assertThat(answer.path("status").asText()).isEqualTo("killed");
    assertThat(answer.path("error").path("suggestion").asText())
        .contains("flowpp run")
        .contains("training.steps=4000");
    assertThat(record().path("status").asText()).isEqualTo("KILLED");
  }

  @Test
  void theSecondProcessOnAWorkspaceWaitsAndFindsTheStagesDone() throws Exception {
    FlowppProcess first = run(workspace, "training.steps=10");
    FlowppProcess second = run(workspace, "training.steps=10");
    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(second.exitCode()).as(second.err()).isZero();
    assertThat(first.json().path("weights_sha256")).isEqualTo(second.json().path("weights_sha256"));
    List<String> training = new ArrayList<>();
    training.add(statuses(first.json()).get(2));
    training.add(statuses(second.json()).get(2));
    assertThat(training).containsExactlyInAnyOrder("ran", "cached");
  }

  @Test
  void aStageThatFailsEndsTheRunWithThreeAndNothingHalfWritten() throws Exception {
    FlowppProcess prepared = run(workspace, "--until", "prepare-data");
    assertThat(prepared.exitCode()).as(prepared.err()).isZero();
    flipByteOfAShard();

    FlowppProcess failed = run(workspace);
    assertThat(failed.exitCode()).as(failed.err()).isEqualTo(3);
    assertThat(failed.json().path("status").asText()).isEqualTo("failed");
    assertThat(failed.json().path("error").path("code").asText()).isEqualTo("damaged-shard");
    assertThat(failed.json().path("error").path("where").asText()).endsWith(".shard");
    assertThat(record().path("status").asText()).isEqualTo("FAILED");
    assertThat(workspace.resolve("stages").resolve("pretrain-dequantizer")).doesNotExist();
  }

  @Test
  void aFastDevelopmentRunDoesAFewStepsOfAllAndSharesNothing() throws Exception {
    for (int times = 0; times < 2; times++) {
      FlowppProcess tried = run(workspace, "--fast-dev-run");
      assertThat(tried.exitCode()).as(tried.err()).isZero();
      assertThat(statuses(tried.json())).containsExactly("ran", "ran", "ran", "ran");
      assertThat(tried.json().path("name").asText()).isEqualTo("smoke-fast-dev-run");
      assertThat(tried.json().path("metrics").has("test/bpd")).isTrue();
    }
    assertThat(Journals.steps(workspace.resolve("journals"), "train/bpd", "train-flow")).hasSize(8);
    FlowppProcess real = run(workspace, "--until", "prepare-data");
    assertThat(real.exitCode()).as(real.err()).isZero();
    assertThat(statuses(real.json())).containsExactly("ran");
  }

  @Test
  void anAbsentEngineOrStageOrSourceIsAFaultOfUsage() throws Exception {
    Map<String, List<String>> refusals =
        Map.of(
            "absent-runner", List.of("--runner", "flink"),
            "unknown-stage", List.of("--until", "nowhere"),
            "absent-data", List.of("data.source=/does/not/exist"));
    for (Map.Entry<String, List<String>> refusal : refusals.entrySet()) {
      FlowppProcess refused = run(workspace, refusal.getValue().toArray(String[]::new));
      assertThat(refused.exitCode()).as(refused.err()).isEqualTo(2);
      assertThat(refused.json().path("error").path("code").asText()).isEqualTo(refusal.getKey());
      assertThat(workspace.resolve("stages")).doesNotExist();
    }
  }

  private static FlowppProcess run(Path workspace, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "run",
                "../experiments/smoke.yaml",
                "--json",
                "pretraining.steps=4",
                "training.checkpoint-every=5",
                "evaluation.images=8",
                "evaluation.samples=1"));
    arguments.addAll(List.of(more));
    return FlowppProcess.start(workspace, OFFLINE, arguments.toArray(String[]::new));
  }

  private static List<String> statuses(JsonNode answer) {
    List<String> statuses = new ArrayList<>();
    answer.path("stages").forEach(stage -> statuses.add(stage.path("status").asText()));
    return statuses;
  }

  private int checkpoints() {
    return Checkpointed.in(workspace.resolve("scratch").resolve("train-flow")).size();
  }

  private void flipByteOfAShard() throws IOException {
    try (Stream<Path> files = Files.walk(workspace.resolve("stages"))) {
      Path shard = files.filter(f -> f.toString().endsWith(".shard")).findFirst().orElseThrow();
      byte[] content = Files.readAllBytes(shard);
      content[content.length / 2] ^= 1;
      Files.write(shard, content);
    }
  }

  private JsonNode record() throws IOException {
    try (Stream<Path> files = Files.walk(workspace.resolve("runs"))) {
      Path file =
          files
              .filter(f -> f.getFileName().toString().equals("run.json"))
              .findFirst()
              .orElseThrow();
      return new com.fasterxml.jackson.databind.ObjectMapper().readTree(file.toFile());
    }
  }

  /** Every step of a metric in the journal, in the order in which it was written. */
  private List<Integer> journalledSteps(String metric, String stage) throws IOException {
    return Journals.steps(workspace.resolve("journals"), metric, stage);
  }
}
