package io.flowpp.flink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowpp.platform.sweep.AttemptState;
import io.flowpp.platform.sweep.Ledger;
import io.flowpp.platform.sweep.Ledgers;
import io.flowpp.platform.sweep.TrialState;
import io.flowpp.platform.sweep.TrialStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** An experiment on a session cluster of separate processes gives what it gives in one process. */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
class FlinkTest {
  private static final int STEPS = 60;
  private static final int CHECKPOINT_EVERY = 10;

  /** Host, pid, start and slot. */
  private static final Pattern WORKER = Pattern.compile(".*/(\\d+)@\\d+/\\d+");

  @TempDir static Path temporary;
  private static Cluster cluster;
  private static JsonNode expected;

  @BeforeAll
  static void startTheClusterAndRunInOneProcess() throws Exception {
    cluster = Cluster.start(temporary.resolve("cluster"), 2);
    Flowpp direct = Flowpp.start(temporary.resolve("direct"), Map.of(), run("direct"));
    assertThat(direct.exitCode()).as(direct.said()).isZero();
    expected = direct.json();
  }

  @AfterAll
  static void stopTheCluster() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void twiceOnOneClusterItGivesTheSameBitForBitAndBothTaskManagersEvaluate() throws Exception {
    for (String workspace : List.of("first", "second")) {
      Flowpp flink = flink(temporary.resolve(workspace));
      assertThat(flink.exitCode()).as(flink.said()).isZero();
      assertSame(flink.json());
    }
    Pattern unit = Pattern.compile("unit \\d+ of smoke-\\w+-evaluate-\\w+: RAN");
    assertThat(cluster.logs())
        .hasSizeGreaterThanOrEqualTo(2)
        .filteredOn(log -> unit.matcher(log).find())
        .hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void interruptedAndThenBereftOfATaskManagerItStillEndsAtTheSameWeights() throws Exception {
    Path workspace = temporary.resolve("disturbed");
    Flowpp interrupted = flink(workspace);
    interrupted.awaitThat("checkpoint", () -> newest(workspace) >= CHECKPOINT_EVERY);
    interrupted.process().destroy();
    assertThat(interrupted.exitCode()).as(interrupted.said()).isEqualTo(5);
    assertThat(Files.readString(only(workspace.resolve("runs")).resolve("run.json")))
        .contains("KILLED");
    // the stage never ended, so what was told was told while it ran
    assertThat(Files.readString(only(workspace.resolve("journals")).resolve("journal.jsonl")))
        .contains("train/bpd");
    assertThat(stageHolders(workspace)).isEmpty();

    int reached = newest(workspace);
    Flowpp bereft = flink(workspace);
    bereft.awaitThat("checkpoint", () -> newest(workspace) > reached);
    long pid = Long.parseLong(Files.readAllLines(only(stageHolders(workspace))).get(0));
    assertThat(cluster.taskManagers()).contains(pid);
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    cluster.addTaskManager();
    assertThat(bereft.exitCode()).as(bereft.said()).isZero();
    assertSame(bereft.json());
  }

  @Test
  void aSweepIsTheSameAsInOneProcessTwiceAndWithoutATaskManagerFromItsMiddleOn() throws Exception {
    Path file = sweepFile();
    Map<String, String> alone = outcomes(sweep("alone", file, "direct"));
    assertThat(alone).hasSize(4).allSatisfy((id, outcome) -> assertThat(outcome).contains("done"));
    assertThat(outcomes(sweep("sweep-1", file, "flink"))).isEqualTo(alone);
    assertThat(outcomes(sweep("sweep-2", file, "flink"))).isEqualTo(alone);

    Path workspace = temporary.resolve("sweep-3");
    Flowpp bereft = startSweep(workspace, file, "flink");
    bereft.awaitThat("a trial that is done", () -> answers(workspace) > 0);
    bereft.awaitThat("a TaskManager at work", () -> worker(workspace).isPresent());
    ProcessHandle killed = worker(workspace).orElseThrow();
    assertThat(cluster.taskManagers()).contains(killed.pid());
    killed.destroyForcibly();
    assertThat(bereft.exitCode()).as(bereft.said()).isZero();
    cluster.addTaskManager();
    assertThat(outcomes(bereft.json())).isEqualTo(alone);
    assertThat(trials(workspace))
        .hasSize(4)
        .allSatisfy(
            trial ->
                assertThat(trial.attempts())
                    .extracting(AttemptState::outcome)
                    .containsOnlyOnce("done"));
  }

  /** A TaskManager whose slot holds a trial. */
  private static Optional<ProcessHandle> worker(Path workspace) {
    return trials(workspace).stream()
        .filter(trial -> trial.status() == TrialStatus.RUNNING)
        .map(trial -> trial.attempts().get(trial.attempts().size() - 1))
        .map(attempt -> WORKER.matcher(attempt.worker()))
        .filter(Matcher::matches)
        .flatMap(worker -> ProcessHandle.of(Long.parseLong(worker.group(1))).stream())
        .findFirst();
  }

  private static List<TrialState> trials(Path workspace) {
    try (Ledger ledger = Ledgers.open(workspace, Map.of())) {
      return ledger.trials("arms");
    }
  }

  private static Path sweepFile() throws IOException {
    Path base = Path.of("../../experiments/smoke.yaml").toAbsolutePath().normalize();
    return Files.writeString(
        temporary.resolve("arms.yaml"),
        """
        base: %s
        set:
          pretraining.steps: 4
          training.steps: 40
          training.checkpoint-every: 5
          training.validate-every: 20
          tracking.sample-grids: 0
          evaluation.images: 4
          evaluation.samples: 1
          evaluation.grid: 4
        ablations:
          full: {}
          affine: {model.flow.coupling.kind: affine}
        seeds: [1, 2]
        limits: {max-concurrent: 2}
        """
            .formatted(base));
  }

  private static JsonNode sweep(String workspace, Path file, String runner) throws Exception {
    Flowpp sweep = startSweep(temporary.resolve(workspace), file, runner);
    assertThat(sweep.exitCode()).as(sweep.said()).isZero();
    return sweep.json();
  }

  private static Flowpp startSweep(Path workspace, Path file, String runner) throws Exception {
    return Flowpp.start(
        workspace,
        Map.of("FLOWPP_FLINK_MASTER", cluster.master()),
        List.of("sweep", "run", file.toString(), "--runner", runner, "--json"));
  }

  /** Attempts of the sweep that came to their end. */
  private static int answers(Path workspace) {
    Path trials = workspace.resolve("sweeps").resolve("arms").resolve("trials");
    if (!Files.isDirectory(trials)) {
      return 0;
    }
    try {
      int answers = 0;
      for (Path trial : list(trials, "*")) {
        answers += list(trial, "*.answer.json").size();
      }
      return answers;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What each trial came to: its standing, weights and all metrics but the speed. */
  private static Map<String, String> outcomes(JsonNode sweep) {
    Map<String, String> outcomes = new TreeMap<>();
    sweep
        .path("trials")
        .forEach(
            trial ->
                outcomes.put(
                    trial.path("id").asText(),
                    trial.path("status").asText()
                        + trial.path("weights_sha256").asText()
                        + metrics(trial)));
    return outcomes;
  }

  private static Flowpp flink(Path workspace) throws Exception {
    return Flowpp.start(workspace, Map.of("FLOWPP_FLINK_MASTER", cluster.master()), run("flink"));
  }

  private static List<String> run(String runner) {
    return List.of(
        "run",
        "../../experiments/smoke.yaml",
        "--json",
        "--runner",
        runner,
        "execution.threads=1",
        "pretraining.steps=4",
        "training.steps=" + STEPS,
        "training.checkpoint-every=" + CHECKPOINT_EVERY,
        "training.validate-every=20",
        "evaluation.images=128",
        "evaluation.samples=1");
  }

  private static void assertSame(JsonNode found) {
    assertThat(found.path("weights_sha256").asText())
        .isNotEmpty()
        .isEqualTo(expected.path("weights_sha256").asText());
    assertThat(metrics(found)).isEqualTo(metrics(expected)).containsKey("test/bpd");
  }

  /** All but the speed, which no two runs share. */
  private static Map<String, Double> metrics(JsonNode result) {
    Map<String, Double> metrics = new TreeMap<>();
    result
        .path("metrics")
        .fields()
        .forEachRemaining(metric -> metrics.put(metric.getKey(), metric.getValue().asDouble()));
    metrics.keySet().removeIf(name -> name.startsWith("perf/") || name.startsWith("system/"));
    return metrics;
  }

  private static int newest(Path workspace) {
    int newest = 0;
    Path training = workspace.resolve("scratch").resolve("train-flow");
    if (!Files.isDirectory(training)) {
      return newest;
    }
    try (var keys = Files.newDirectoryStream(training)) {
      for (Path key : keys) {
        try (DirectoryStream<Path> steps = Files.newDirectoryStream(key, "step-????????")) {
          for (Path step : steps) {
            String digits = step.getFileName().toString().substring("step-".length());
            newest = Math.max(newest, Integer.parseInt(digits));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return newest;
  }

  private static List<Path> stageHolders(Path workspace) throws IOException {
    return list(workspace.resolve("locks"), "train-flow-*.holder");
  }

  private static Path only(Path folder) throws IOException {
    return only(list(folder, "*"));
  }

  private static Path only(List<Path> files) {
    assertThat(files).hasSize(1);
    return files.get(0);
  }

  private static List<Path> list(Path folder, String glob) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, glob)) {
      found.forEach(files::add);
    }
    return files;
  }
}
