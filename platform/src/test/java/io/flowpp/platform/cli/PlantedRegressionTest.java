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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The gate against programs with one line changed, each a process of its own. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlantedRegressionTest {
  private static final Map<String, String> OFFLINE = Map.of("FLOWPP_OFFLINE", "1");

  private Path folder = Path.of("");
  private Path results = folder;
  private Path costs = folder;

  @BeforeAll
  void accepted(@TempDir Path temporary) throws Exception {
    folder = temporary;
    results =
        regression(
            "results",
            "seeds: [1, 2, 3]",
            "quality: {tolerance: 0.02}",
            "exactness: {}",
            "samples: {}");
    costs =
        regression(
            "costs", "seeds: [1]", "exactness: {}", "speed: {repeats: 4}", "memory: {repeats: 4}");
    for (Path file : List.of(results, costs)) {
      FlowppProcess accept = regress("accept", file, "--reason", "as it is");
      assertThat(accept.exitCode()).as(accept.err() + accept.out()).isZero();
    }
  }

  @Test
  void withoutAChangeItPasses() throws Exception {
    Checked checked = check(own(), results);
    assertThat(checked.exit()).as(checked.text()).isZero();
    assertThat(checked.verdicts().values()).containsOnly("pass");
  }

  @Test
  void withoutABaselineNothingIsRunAndNothingIsGreen() throws Exception {
    Path other = regression("other", "seeds: [1, 2]", "quality: {}");
    Checked checked = check(own(), other);
    assertThat(checked.exit()).as(checked.text()).isEqualTo(7);
    assertThat(checked.verdicts()).containsEntry("quality", "investigate");
  }

  @Test
  void aLogDeterminantThatIsDroppedIsFoundByItsQuality() throws Exception {
    Checked checked =
        check(
            PlantedChange.of(
                folder.resolve("log-det"),
                "flow/ActNorm.java",
                "return new Transformed(new NDList(y.get(0), y.get(1)), y.get(2));",
                "return new Transformed(new NDList(y.get(0), y.get(1)), y.get(2).mul(0));"),
            results);
    assertThat(checked.exit()).as(checked.text()).isIn(4, 7);
    assertThat(checked.verdicts().get("quality")).as(checked.text()).isIn("fail", "investigate");
  }

  @Test
  void attentionThatIsSwitchedOffTurnsItRed() throws Exception {
    Checked checked =
        check(
            PlantedChange.of(
                folder.resolve("attention"),
                "kernel/AttentionKernel.java",
                "unpack(blockOut, BLOCK, n, 1f, o,",
                "unpack(blockOut, BLOCK, n, 0f, o,"),
            results);
    assertThat(checked.exit()).as(checked.text()).isEqualTo(4);
    assertThat(checked.verdicts()).containsEntry("exactness", "fail");
  }

  @Test
  void anotherOrderOfImagesTurnsItRed() throws Exception {
    Checked checked =
        check(
            PlantedChange.of(
                folder.resolve("order"),
                "data/BatchOrder.java",
                "Seeds.derive(seed, \"batch-order\", epoch)",
                "Seeds.derive(seed + 1, \"batch-order\", epoch)"),
            results);
    assertThat(checked.exit()).as(checked.text()).isEqualTo(4);
    assertThat(checked.verdicts()).containsEntry("exactness", "fail");
  }

  @Test
  void twiceTheWorkTurnsItRedBySpeedAlone() throws Exception {
    Checked checked =
        check(
            PlantedChange.of(
                folder.resolve("slow"),
                "train/Replica.java",
                "    gathering.begin();\n",
                "    gathering.begin();\n    accumulate(step, indices, from, to);\n    gathering.begin();\n"),
            costs);
    assertThat(checked.exit()).as(checked.text()).isEqualTo(4);
    assertThat(checked.verdicts())
        .as(checked.text())
        .containsEntry("speed", "fail")
        .containsEntry("exactness", "pass");
  }

  @Test
  void twiceTheMemoryTurnsItRedByMemoryAlone() throws Exception {
    Checked checked =
        check(
            PlantedChange.of(
                folder.resolve("large"),
                "train/TrainingLoop.java",
                "    order = order(0);\n",
                "    order = order(0);\n    manager.ones(new ai.djl.ndarray.types.Shape(80_000_000));\n"),
            costs);
    assertThat(checked.exit()).as(checked.text()).isEqualTo(4);
    assertThat(checked.verdicts())
        .as(checked.text())
        .containsEntry("memory", "fail")
        .containsEntry("exactness", "pass");
    assertThat(checked.verdicts().get("speed")).as(checked.text()).isNotEqualTo("fail");
  }

  @Test
  void aLoadedMachineMakesNothingRed() throws Exception {
    neverRed(1);
  }

  @Test
  @Tag("storm")
  void aLoadedMachineMakesNothingRedInTwentyRepeats() throws Exception {
    neverRed(20);
  }

  @Test
  @Tag("storm")
  void twentyRepeatsWithoutAChangeHaveNoRed() throws Exception {
    for (int i = 0; i < 20; i++) {
      assertNotRed(check(own(), results));
      assertNotRed(check(own(), costs));
    }
  }

  private void neverRed(int repeats) throws Exception {
    List<Process> load = new ArrayList<>();
    try {
      for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
        load.add(new ProcessBuilder("sh", "-c", "while :; do :; done").start());
      }
      for (int i = 0; i < repeats; i++) {
        assertNotRed(check(own(), costs));
      }
      assertThat(load).allMatch(Process::isAlive);
    } finally {
      load.forEach(Process::destroyForcibly);
    }
  }

  private static void assertNotRed(Checked checked) {
    assertThat(checked.exit()).as(checked.text()).isIn(0, 7);
    assertThat(checked.verdicts().values()).as(checked.text()).doesNotContain("fail");
  }

  /**
   * @param verdicts by check
   */
  private record Checked(int exit, Map<String, String> verdicts, String text) {}

  private Checked check(String classPath, Path file) throws Exception {
    FlowppProcess process =
        FlowppProcess.start(
            classPath,
            folder.resolve("workspace"),
            OFFLINE,
            "regress",
            "check",
            file.toString(),
            "--json");
    int exit = process.exitCode();
    Map<String, String> verdicts = new TreeMap<>();
    for (JsonNode check : process.json().path("checks")) {
      verdicts.put(check.path("name").asText(), check.path("verdict").asText());
    }
    return new Checked(exit, verdicts, process.out() + process.err());
  }

  private FlowppProcess regress(String what, Path file, String... more) {
    List<String> words = new ArrayList<>(List.of("regress", what, file.toString()));
    words.addAll(List.of(more));
    return FlowppProcess.start(folder.resolve("workspace"), OFFLINE, words.toArray(String[]::new));
  }

  private static String own() {
    return System.getProperty("java.class.path");
  }

  private Path regression(String name, String seeds, String... checks) throws IOException {
    Path file = folder.resolve("regression").resolve(name + ".yaml");
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        """
        experiments:
          tiny:
            base: %s
            set:
              pretraining.kind: none
              training.steps: 10
              training.schedule.warmup: 5
              training.validate-every: 0
              training.checkpoint-every: 0
              tracking.sample-grids: 0
              evaluation: {images: 8, samples: 1, grid: 4}
            %s
        checks:
          %s
        """
            .formatted(
                Path.of("../experiments/smoke.yaml").toAbsolutePath().normalize(),
                seeds,
                String.join("\n  ", checks)));
    return file;
  }
}
