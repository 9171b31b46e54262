package io.flowpp.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The contract of {@code bench}: what it prints and how it ends. Never how fast anything is. */
class BenchTest {
  private record Outcome(int code, String out, String err) {
    JsonNode json() throws IOException {
      return new ObjectMapper().readTree(out);
    }
  }

  @TempDir Path folder;
  private String preset = "";

  @BeforeEach
  void writePreset() throws IOException {
    preset =
        Files.writeString(
                folder.resolve("tiny.yaml"),
                """
                data: {source: none, shape: 8x8x1}
                model: {flow: {filters: 8, blocks: 1, heads: 2, coupling: {components: 2}}}
                pretraining: {kind: none}
                training: {steps: 1000, batch: 6}
                """)
            .toString();
  }

  private Outcome bench(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words =
        Stream.concat(Stream.of("bench"), Stream.of(args))
            .map(String::valueOf)
            .toArray(String[]::new);
    CommandLine command = Main.commandLine();
    int code = command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(words);
    return new Outcome(code, out.toString(), err.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"step", "evaluate", "sample", "data"})
  void whatIsMeasuredIsToldInOneObject(String what) throws IOException {
    Outcome outcome =
        bench(what, "--preset", preset, "--threads", 2, "--repeats", 2, "--warmup", 0, "--json");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    JsonNode answer = outcome.json();
    assertThat(answer.get("what").asText()).isEqualTo(what);
    assertThat(answer.get("name").asText()).isEqualTo("tiny");
    assertThat(answer.get("batch").asInt()).isEqualTo(6);
    assertThat(answer.get("threads").asInt()).isEqualTo(2);
    assertThat(answer.get("repeats").asInt()).isEqualTo(2);
    assertThat(answer.get("device").asText()).isEqualTo("cpu");
    assertThat(answer.get("precision").asText()).isEqualTo("fp32");
    for (String key :
        List.of(
            "median_ms",
            "min_ms",
            "images_per_second",
            "parameters",
            "heap_bytes",
            "gemm_gflops",
            "conv_gflops",
            "conv_backward_gflops")) {
      assertThat(answer.get(key).asDouble()).as(key).isPositive();
    }
    double median = answer.get("median_ms").asDouble();
    assertThat(median).isGreaterThanOrEqualTo(answer.get("min_ms").asDouble());
    assertThat(answer.get("images_per_second").asDouble() * median / 1e3).isBetween(5.999, 6.001);
    boolean linux = Files.isReadable(Path.of("/proc/self/status"));
    assertThat(answer.get("peak_rss_bytes").isNull()).isEqualTo(!linux);
    JsonNode flops = answer.get("flops");
    double total =
        flops.get("convolution").asDouble()
            + flops.get("linear").asDouble()
            + flops.get("attention").asDouble();
    assertThat(answer.get("gflops").asDouble() * median * 1e6)
        .isBetween(.999 * total, 1.001 * total);
    assertThat(total > 0).isEqualTo(!what.equals("data"));
    assertThat(answer.get("inverse_share").isNull()).isEqualTo(!what.equals("sample"));
    assertThat(answer.get("step_images_per_second").isNull()).isEqualTo(!what.equals("data"));
  }

  @Test
  void theBatchAndSettingsWinOverThePreset() throws IOException {
    Outcome small = bench("evaluate", "--preset", preset, "--batch", 2, "--repeats", 1, "--json");
    Outcome wide =
        bench(
            "evaluate",
            "--preset",
            preset,
            "--batch",
            2,
            "--repeats",
            1,
            "model.flow.filters=16",
            "--json");
    assertThat(small.json().get("batch").asInt()).isEqualTo(2);
    assertThat(wide.json().get("parameters").asLong())
        .isGreaterThan(small.json().get("parameters").asLong());
    assertThat(bench("step", "--preset", preset, "--repeats", 1).out())
        .contains("step of tiny: batch 6", "images/s", "GFLOP/s, where a large product reaches");
  }

  @Test
  void aPresetThatIsNoneIsToldWithWhatWasMeant() throws IOException {
    Outcome outcome = bench("step", "--preset", "cifar11");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("--preset: unknown preset 'cifar11'; did you mean");
    Outcome json = bench("step", "--preset", "cifar11", "--json");
    assertThat(json.json().at("/error/code").asText()).isEqualTo("unknown-preset");
    Outcome file = bench("sample", "--preset", folder.resolve("none.yaml"));
    assertThat(file.code()).isEqualTo(2);
    assertThat(file.err()).contains("none.yaml: no such file");
  }

  @ParameterizedTest
  @CsvSource({
    "--repeats, 0, --repeats: must be 1 to",
    "--warmup, -1, --warmup: must be 0 to",
    "--repeats, x, '--repeats'",
    "--batch, 0, training.batch",
    "--threads, 0, execution.threads"
  })
  void aNumberThatIsNoneEndsWithTwo(String option, String value, String told) {
    Outcome outcome = bench("step", "--preset", preset, option, value);
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).contains(told);
    assertThat(outcome.err().lines().filter(line -> line.startsWith("error:"))).hasSize(1);
  }

  @Test
  void aSettingThatIsUnknownEndsWithTwo() {
    Outcome outcome = bench("step", "--preset", preset, "training.bach=3");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("training.bach", "did you mean 'batch'?");
  }
}
