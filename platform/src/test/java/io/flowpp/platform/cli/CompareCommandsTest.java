package io.flowpp.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trials of a real sweep compared by the command line, and one computed again. */
@Tag("slow")
class CompareCommandsTest {
  private static final Map<String, String> OFFLINE = Map.of("FLOWPP_OFFLINE", "1");

  @TempDir static Path temporary;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static Path workspace = Path.of("unset");
  private static JsonNode sweep;

  @BeforeAll
  static void aSweepOfTwoArmsAndTwoSeeds() throws Exception {
    workspace = temporary.resolve("workspace");
    Path file = SweepFixture.small(temporary, "arms");
    sweep = SweepFixture.done(SweepFixture.sweep(workspace, Map.of(), "run", file.toString()));
  }

  @Test
  void theArmsOfASweepAreHeldAgainstEachOther() throws Exception {
    JsonNode compared = json(0, "compare", "--sweep", "arms", "--by", "ablation", "--json");
    assertThat(compared.path("baseline").asText()).isEqualTo("full");
    JsonNode rows = compared.path("rows");
    assertThat(rows).hasSize(2);
    JsonNode affine = rows.get(1);
    assertThat(affine.path("group").asText()).isEqualTo("affine");
    assertThat(affine.path("seeds").asInt()).isEqualTo(2);
    assertThat(affine.path("images").asInt()).isEqualTo(4);
    assertThat(affine.path("scope").asText()).isEqualTo("methods");
    double mean = (bpd("affine", 1) + bpd("affine", 2)) / 2;
    double baseline = (bpd("full", 1) + bpd("full", 2)) / 2;
    assertThat(affine.path("mean").asDouble()).isEqualTo(mean, within());
    assertThat(affine.path("delta").asDouble()).isEqualTo(mean - baseline, within());
    assertThat(affine.path("delta_ci_low").asDouble()).isLessThan(mean - baseline);
    assertThat(affine.path("delta_ci_high").asDouble()).isGreaterThan(mean - baseline);
    assertThat(affine.path("verdict").asText())
        .isIn("better", "worse", "equivalent", "cannot-tell");
    assertThat(compared.path("differing").path("model.flow.coupling.kind").path("affine").asText())
        .isEqualTo("affine");
    assertThat(Path.of(compared.path("report").asText())).isNotEmptyFile();
    assertThat(Path.of(compared.path("csv").asText())).content().contains("end of training,affine");
    assertThat(compared.path("tracked").asText()).isEqualTo("offline");
    try (Stream<Path> journal = Files.walk(workspace.resolve("journals"))) {
      List<Path> files = journal.filter(f -> f.toString().contains("sweep-arms")).toList();
      assertThat(
              files.stream()
                  .filter(Files::isRegularFile)
                  .anyMatch(f -> contains(f, "comparison/compare.html")))
          .isTrue();
    }
  }

  @Test
  void twoRunsAreTwoModelsAndNoMethods() throws Exception {
    FlowppProcess compare = process("compare", run("full", 1), run("affine", 1));
    assertThat(compare.exitCode()).as(compare.err()).isZero();
    assertThat(compare.out().replaceAll("\\s+", " "))
        .contains("These two models")
        .contains("of the methods nothing can be said with one seed")
        .contains("report ");
  }

  @Test
  void mistakesAreToldInALine() throws Exception {
    refused("nothing to compare", "compare");
    refused("runs and a sweep are two comparisons", "compare", "--sweep", "arms", run("full", 1));
    refused("one run alone has nothing to be compared with", "compare", run("full", 1));
    refused("legs: there is no sweep of this name", "compare", "--sweep", "legs");
    refused(
        "no arm is called 'fall'; did you mean 'full'?",
        "compare",
        "--sweep",
        "arms",
        "--baseline",
        "fall");
    refused(
        "has no metric 'test/bpdd'; did you mean 'test/bpd'?",
        "compare",
        "--sweep",
        "arms",
        "--metric",
        "test/bpdd");
    refused("no run has a parameter 'ablatio'", "compare", "--sweep", "arms", "--by", "ablatio");
    refused("no such run", "reproduce", "nobody");
    Path occupied = Files.writeString(temporary.resolve("file"), "mine");
    refused("cannot be written", "compare", "--sweep", "arms", "--to", occupied.toString());
    assertThat(occupied).hasContent("mine");
  }

  @Test
  void aScoreThatIsNoNumberNamesTheRunAndTheImage() throws Exception {
    Path copy = temporary.resolve("damaged");
    copy(workspace, copy);
    Path scores = output(copy, run("full", 1), "evaluate", "test-scores.json");
    String text = Files.readString(scores);
    String broken =
        Pattern.compile("\"bitsPerDim\" : [0-9.]+")
            .matcher(text)
            .replaceFirst("\"bitsPerDim\" : \"NaN\"");
    assertThat(broken).isNotEqualTo(text);
    Files.writeString(scores, broken);
    FlowppProcess compare =
        FlowppProcess.start(copy, OFFLINE, "compare", "--sweep", "arms", "--by", "ablation");
    assertThat(compare.exitCode()).isEqualTo(2);
    assertThat(compare.err().lines().filter(l -> l.startsWith("error:")))
        .singleElement()
        .asString()
        .contains("test image 0 has the score NaN bits/dim");
  }

  @Test
  void aRunIsScoredInAnotherWayAndThenCannotBeComparedWithTheFirst() throws Exception {
    long trainings = SweepFixture.outputs(workspace, "train-flow");
    JsonNode evaluated =
        json(0, "evaluate", run("full", 2), "--samples", "3", "--images", "6", "--json");
    assertThat(SweepFixture.outputs(workspace, "train-flow")).isEqualTo(trainings);
    assertThat(evaluated.path("run_id").asText()).isNotEqualTo(run("full", 2));
    assertThat(evaluated.path("metrics").path("test/bpd").asDouble()).isPositive();
    assertThat(Path.of(evaluated.path("per_image").asText())).content().hasLineCount(7);
    String fewer = run("affine", 2);
    refused("6 test images", "compare", fewer, evaluated.path("run_id").asText());
    refused(
        "with 3 importance samples",
        "compare",
        fewer,
        evaluated.path("run_id").asText(),
        "--common-images");
    refused("evaluation.samples", "evaluate", fewer, "--samples", "0");
  }

  @Test
  void aResultThatIsNotComputedAgainIsDifferent() throws Exception {
    Path copy = temporary.resolve("forged");
    copy(workspace, copy);
    Path training = output(copy, run("affine", 1), "train-flow", "result.json");
    String weights = trial("affine", 1).path("weights_sha256").asText();
    Files.writeString(
        training, Files.readString(training).replace(weights, "0".repeat(weights.length())));
    FlowppProcess again =
        FlowppProcess.start(copy, OFFLINE, "reproduce", run("affine", 1), "--json");
    assertThat(again.exitCode()).as(again.err()).isEqualTo(4);
    assertThat(again.json().path("equal").asBoolean(true)).isFalse();
    assertThat(again.json().path("verdict").asText()).isEqualTo("different");
    assertThat(again.json().path("differences").toString()).contains("weights_sha256");
  }

  /**
   * A run whose record says that it was made elsewhere, with scores that are not what comes out
   * here: by little they are equivalent, by much they may be another seed's.
   */
  @Test
  void aRunOfAnotherPlatformIsHeldAgainstItByStatistics() throws Exception {
    FlowppProcess little = reproducedElsewhere(.003);
    FlowppProcess much = reproducedElsewhere(.05);
    assertThat(little.exitCode()).as(little.err() + little.out()).isZero();
    assertThat(little.json().path("verdict").asText()).isEqualTo("equivalent");
    assertThat(little.json().path("equal").asBoolean()).isTrue();
    assertThat(little.json().path("differences").toString()).contains("avx2048");
    assertThat(much.exitCode()).as(much.err() + much.out()).isEqualTo(7);
    assertThat(much.json().path("verdict").asText()).isEqualTo("cannot-tell");
    assertThat(much.json().path("equal").asBoolean()).isFalse();
  }

  private static FlowppProcess reproducedElsewhere(double shift) throws Exception {
    Path copy = temporary.resolve("elsewhere-" + shift);
    copy(workspace, copy);
    String run = run("affine", 1);
    Path record = copy.resolve("runs").resolve(run).resolve("run.json");
    ObjectNode tree = (ObjectNode) JSON.readTree(record.toFile());
    ((ObjectNode) tree.get("environment")).put("instructions", "avx2048");
    JSON.writeValue(record.toFile(), tree);
    Path scores = output(copy, run, "evaluate", "test-scores.json");
    JsonNode shifted = JSON.readTree(scores.toFile());
    for (JsonNode of : shifted.findParents("bitsPerDim")) {
      ((ObjectNode) of).put("bitsPerDim", of.get("bitsPerDim").asDouble() + shift);
    }
    JSON.writeValue(scores.toFile(), shifted);
    return FlowppProcess.start(copy, OFFLINE, "reproduce", run, "--json");
  }

  @Test
  void aRunIsComputedAgainBitForBit() throws Exception {
    JsonNode again = json(0, "reproduce", run("affine", 1), "--json");
    assertThat(again.path("equal").asBoolean()).isTrue();
    assertThat(again.path("verdict").asText()).isEqualTo("bit-for-bit");
    assertThat(again.path("weights_sha256").asText())
        .isEqualTo(trial("affine", 1).path("weights_sha256").asText());
    assertThat(again.path("reproduction").asText()).isNotEqualTo(run("affine", 1));
    JsonNode shown = json(0, "runs", "show", run("affine", 1), "--json");
    assertThat(shown.path("run").path("status").asText()).isEqualTo("finished");
  }

  /** A file that a stage of the run left; a workspace has those of other runs too. */
  private static Path output(Path workspace, String run, String stage, String name)
      throws Exception {
    String record = Files.readString(workspace.resolve("runs").resolve(run).resolve("run.json"));
    try (Stream<Path> all = Files.walk(workspace.resolve("stages").resolve(stage))) {
      return all.filter(f -> f.endsWith(name))
          .filter(f -> record.contains(f.getParent().getFileName().toString()))
          .findFirst()
          .orElseThrow();
    }
  }

  private static Offset<Double> within() {
    return Assertions.within(1e-9);
  }

  private static double bpd(String arm, long seed) {
    return trial(arm, seed).path("metrics").path("final/test_bpd").asDouble();
  }

  private static String run(String arm, long seed) {
    return trial(arm, seed).path("run_id").asText();
  }

  private static JsonNode trial(String arm, long seed) {
    for (Iterator<JsonNode> trials = sweep.path("trials").elements(); trials.hasNext(); ) {
      JsonNode trial = trials.next();
      if (trial.path("params").path("ablation").asText().equals(arm)
          && trial.path("seed").asLong() == seed) {
        return trial;
      }
    }
    throw new AssertionError("no trial of " + arm + " with seed " + seed + ": " + sweep);
  }

  private static JsonNode json(int code, String... words) throws Exception {
    FlowppProcess process = process(words);
    assertThat(process.exitCode()).as(process.err() + process.out()).isEqualTo(code);
    return process.json();
  }

  private static void refused(String message, String... words) throws Exception {
    FlowppProcess process = process(words);
    assertThat(process.exitCode()).as(process.err()).isEqualTo(2);
    assertThat(process.err().lines().filter(l -> l.startsWith("error:")))
        .singleElement()
        .asString()
        .contains(message);
  }

  private static FlowppProcess process(String... words) {
    return FlowppProcess.start(workspace, OFFLINE, words);
  }

  private static boolean contains(Path file, String text) {
    try {
      return Files.readString(file).contains(text);
    } catch (IOException binary) {
      return false;
    }
  }

  private static void copy(Path from, Path to) throws Exception {
    Process copy = new ProcessBuilder("cp", "-r", from.toString(), to.toString()).start();
    assertThat(copy.waitFor()).isZero();
  }
}
