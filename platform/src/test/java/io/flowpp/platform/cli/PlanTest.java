package io.flowpp.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code plan} says of the paper's configurations: their raw data are not here. */
class PlanTest {
  private static final Path PRESETS = Path.of("../experiments/presets");

  @TempDir Path directory;

  private static String plan(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words =
        Stream.concat(Stream.of("plan"), Stream.of(args))
            .map(Object::toString)
            .toArray(String[]::new);
    int code =
        Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(words);
    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    return out.toString();
  }

  @ParameterizedTest
  @CsvSource({
    "cifar10, 3466976, 31443440",
    "cifar10-affine, 3035168, 32045708",
    "cifar10-uniform, 0, 32324408",
    "cifar10-no-attention, 3466976, 31443440",
    "imagenet32, 35549536, 168955724",
    "imagenet64, 5654440, 73489960",
    "imagenet64-5bit, 5654440, 73489960",
    "celeba64-5bit, 5654440, 73489960",
    "celeba64-3bit, 5654440, 73489960",
    "celeba128-5bit, 8308648, 122790952"
  })
  void everyPresetHasTheParametersOfItsLauncher(String preset, long dequantizer, long total)
      throws IOException {
    Path file = PRESETS.resolve(preset + ".yaml");
    JsonNode json = new ObjectMapper().readTree(plan(file, "--json"));
    JsonNode parameters = json.get("parameters");
    assertThat(parameters.get("total").longValue()).isEqualTo(total);
    assertThat(parameters.get("dequantizer").longValue()).isEqualTo(dequantizer);
    assertThat(parameters.get("flow").longValue()).isEqualTo(total - dequantizer);
    assertThat(json.get("memory_bytes").longValue()).isGreaterThan(20 * total);
    assertThat(StreamSupport.stream(json.get("stages").spliterator(), false))
        .hasSize(4)
        .allSatisfy(stage -> assertThat(stage.get("key").isNull()).isTrue());
    assertThat(plan(file))
        .contains(
            String.format(Locale.ROOT, "%,d parameters (dequantizer %,d,", total, dequantizer))
        .contains("raw data absent");
  }

  @Test
  void planningAndDrawingLoadNothingNative() throws Exception {
    Path cache = directory.resolve("djl");
    Path svg = directory.resolve("model.svg");
    FlowppProcess process =
        FlowppProcess.start(
            Files.createDirectory(directory.resolve("workspace")),
            Map.of("DJL_CACHE_DIR", cache.toString()),
            "plan",
            PRESETS.resolve("imagenet32.yaml").toString(),
            "--svg",
            svg.toString(),
            "--json");
    assertThat(process.exitCode()).as(process.err()).isZero();
    assertThat(process.json().at("/parameters/total").longValue()).isEqualTo(168_955_724);
    assertThat(svg).content().contains("35,549,536 parameters");
    // Loading libtorch begins with unpacking it there.
    assertThat(cache).doesNotExist();
  }
}
