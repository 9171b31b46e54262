package io.flowpp.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Trials that run out of memory, diverge, meet damaged data, crash and hang: each by a real fault,
 * none of which disturbs another trial.
 */
@Tag("slow")
class FailingSweepTest {
  @TempDir Path temporary;

  @Test
  void whatFailsIsToldWithItsCauseAndTheOthersAreDone() throws Exception {
    Path damaged = damagedData();
    Path file =
        SweepFixture.write(
            temporary,
            "failing",
            """
            ablations:
              full: {}
              affine: {model.flow.coupling.kind: affine}
              no-attention: {model.flow.attention: false}
              uniform: {model.dequantizer.kind: uniform}
              out-of-memory: {training.ema: 0.85}
              nan: {training.optimizer.learning-rate: 1, training.schedule.warmup: 0, training.clip: 1e6}
              damaged: {data.source: %s}
              crash: {training.ema: 0.8}
              hang: {training.ema: 0.7}
            seeds: [1]
            limits: {max-concurrent: 2, max-attempts: 2, hang-after: 12s}
            """
                .formatted(damaged),
            40);
    Path workspace = temporary.resolve("workspace");
    FlowppProcess sweep = SweepFixture.sweep(workspace, Map.of(), "run", file.toString());
    disturb(sweep);
    assertThat(sweep.exitCode()).as(sweep.err()).isEqualTo(3);
    JsonNode result = sweep.json();
    Map<String, JsonNode> trials = new HashMap<>();
    result
        .path("trials")
        .forEach(trial -> trials.put(trial.at("/params/ablation").asText(), trial));
    Map<String, String> causes = new HashMap<>();
    trials.forEach(
        (arm, trial) ->
            causes.put(arm, trial.path("status").asText() + trial.at("/cause/kind").asText("")));
    assertThat(causes)
        .containsEntry("full", "done")
        .containsEntry("affine", "done")
        .containsEntry("no-attention", "done")
        .containsEntry("uniform", "done")
        .containsEntry("out-of-memory", "failedout-of-memory")
        .containsEntry("nan", "failednot-finite")
        .containsEntry("damaged", "failedtruncated-gzip")
        .containsEntry("crash", "failedsignal")
        .containsEntry("hang", "failedhang");
    assertThat(trials.get("crash").path("attempts").asInt()).isEqualTo(2);
    assertThat(trials.get("nan").path("attempts").asInt()).isEqualTo(1);
    assertThat(sweep.err()).contains("attempt 1 of 2 failed: signal: killed by signal 9");
    assertThat(Path.of(trials.get("hang").at("/cause/log").asText()))
        .content()
        .contains("Full thread dump");

    FlowppProcess status =
        FlowppProcess.start(workspace, Map.of("FLOWPP_OFFLINE", "1"), "sweep", "status", "failing");
    assertThat(status.exitCode()).isZero();
    assertThat(status.out())
        .contains("what failed", "after 2 attempts  hang: no progress for 1")
        .contains("failing: 4 done, 5 failed");
  }

  /** Kills the crashing trial and stops the hanging one, each time one of them is tried. */
  private static void disturb(FlowppProcess sweep) throws Exception {
    Set<Long> met = new HashSet<>();
    while (!sweep.endsWithin(50, TimeUnit.MILLISECONDS)) {
      for (ProcessHandle child : sweep.family()) {
        String command = command(child);
        if (command.contains("task.json") && !met.contains(child.pid())) {
          String arm = arm(command);
          if (arm.equals("crash")) {
            met.add(child.pid());
            child.destroyForcibly();
          } else if (arm.equals("hang")) {
            met.add(child.pid());
            run("kill", "-STOP", String.valueOf(child.pid()));
          } else if (arm.equals("out-of-memory")) {
            met.add(child.pid());
            run(
                "prlimit",
                "--as=1000000000",
                "--pid",
                String.valueOf(child.pid())); // less than it has by now
          }
        }
      }
    }
  }

  private static void run(String... words) throws Exception {
    new ProcessBuilder(words).start().waitFor();
  }

  /** Words with zeros between them; what ProcessHandle tells of them may be cut short. */
  private static String command(ProcessHandle process) throws IOException {
    Path file = Path.of("/proc", String.valueOf(process.pid()), "cmdline");
    try {
      return Files.readString(file);
    } catch (NoSuchFileException ended) {
      return "";
    }
  }

  private static String arm(String command) throws IOException {
    String task =
        Stream.of(command.split("\0"))
            .filter(w -> w.endsWith("task.json"))
            .findFirst()
            .orElseThrow();
    String json = Files.readString(Path.of(task));
    return json.replaceAll("(?s).*\"ablation\":\"([a-z-]+)\".*", "$1");
  }

  private Path damagedData() throws IOException {
    Path source = Path.of("../experiments/sample-data").toAbsolutePath().normalize();
    Path damaged = Files.createDirectories(temporary.resolve("damaged"));
    try (Stream<Path> files = Files.list(source)) {
      for (Path file : files.toList()) {
        byte[] bytes = Files.readAllBytes(file);
        boolean images = file.getFileName().toString().startsWith("train-images");
        Files.write(
            damaged.resolve(file.getFileName().toString()),
            images ? Arrays.copyOf(bytes, bytes.length / 2) : bytes);
      }
    }
    return damaged;
  }
}
