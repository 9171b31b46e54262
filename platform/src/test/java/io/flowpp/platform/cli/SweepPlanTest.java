package io.flowpp.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flowpp.platform.config.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepPlanTest {
  private static final Path SMOKE = Path.of("../experiments/ablations/smoke.yaml");

  @TempDir Path directory;

  private record Said(int code, String out, String err) {
    JsonNode json() throws IOException {
      return new ObjectMapper().readTree(out);
    }
  }

  private static Said plan(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words =
        Stream.concat(Stream.of("sweep", "plan"), Stream.of(args))
            .map(Object::toString)
            .toArray(String[]::new);
    int code =
        Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(words);
    return new Said(code, out.toString(), err.toString());
  }

  private static List<String> stages(JsonNode trial, String key) {
    List<String> stages = new ArrayList<>();
    trial.get(key).forEach(stage -> stages.add(stage.textValue()));
    return stages;
  }

  @Test
  void theSmokeSweepSharesItsDataAndADequantizerOfEachSeed() throws IOException {
    Said said = plan(SMOKE, "--no-calibration", "--json");
    assertThat(said.err()).isEmpty();
    assertThat(said.code()).isZero();
    JsonNode json = said.json();
    assertThat(json.get("sweep").textValue()).isEqualTo("smoke-ablations");
    assertThat(json.at("/counts/pending").intValue()).isEqualTo(8);
    assertThat(json.get("best").isNull()).isTrue();
    assertThat(json.get("seconds").isNull()).isTrue();
    assertThat(json.get("trials")).hasSize(8);
    for (JsonNode trial : json.get("trials")) {
      String arm = trial.at("/params/ablation").textValue();
      boolean first = trial.get("seed").intValue() == 1 && arm.equals("full");
      List<String> done = new ArrayList<>(stages(trial, "shared"));
      done.addAll(stages(trial, "cached")); // of another test in the same workspace
      if (!first) {
        assertThat(done).contains("prepare-data");
      }
      assertThat(stages(trial, "shared").contains("pretrain-dequantizer"))
          .as(trial.toString())
          .isEqualTo(arm.equals("affine") || arm.equals("no-attention"));
      assertThat(trial.get("status").textValue()).isEqualTo("pending");
      assertThat(trial.get("parameters").longValue())
          .isEqualTo(arm.equals("uniform") ? 19_770 : arm.equals("affine") ? 28_542 : 30_732);
      assertThat(trial.get("memory_bytes").longValue()).isPositive();
      assertThat(trial.get("seconds").isNull()).isTrue();
    }
    assertThat(plan(SMOKE, "--no-calibration").out())
        .contains("8 trials, 2 at once")
        .contains("ablation: full, affine, uniform, no-attention")
        .contains("shared");
  }

  @Test
  void everyMistakeIsALineWithoutAStackTrace() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("x.yaml"),
            "base: " + SMOKE.toAbsolutePath() + "\nseeds: [1, 1]\nlimit: {}\n");
    Said said = plan(file, "--no-calibration");
    assertThat(said.code()).isEqualTo(ExitCode.USAGE.number());
    assertThat(said.out()).isEmpty();
    assertThat(said.err().lines().filter(line -> line.startsWith("error: ")))
        .anyMatch(line -> line.endsWith("x.yaml:2: seeds: has 1 twice; remove one"))
        .anyMatch(line -> line.contains("x.yaml:3: limit: unknown key; did you mean 'limits'?"));
    assertThat(said.err()).doesNotContain("\tat ");
    JsonNode json = plan(file, "--no-calibration", "--json").json();
    assertThat(json.at("/error/code").textValue()).isNotEmpty();
  }

  @Test
  @Tag("slow")
  void calibrationTimesEachModelOnceAndAddsTheTrialsUp() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("x.yaml"),
            "base: "
                + Path.of("../experiments/smoke.yaml").toAbsolutePath().normalize()
                + "\nset: {execution.threads: 1}\nablations: {full: {}, uniform: {model.dequantizer.kind: uniform}}"
                + "\nseeds: [901, 902]\nlimits: {max-concurrent: 2}\n");
    Said said = plan(file, "--json");
    assertThat(said.code()).as(said.err()).isZero();
    assertThat(said.err().lines().filter(line -> line.startsWith("measuring "))).hasSize(2);
    JsonNode json = said.json();
    double all = 0;
    for (JsonNode trial : json.get("trials")) {
      assertThat(trial.get("seconds").doubleValue()).isPositive();
      all += trial.get("seconds").doubleValue();
    }
    assertThat(json.get("seconds").doubleValue()).isBetween(all / 2 - 1e-6, all); // rounding
    assertThat(json.at("/trials/0/seconds")).isEqualTo(json.at("/trials/2/seconds"));
  }
}
