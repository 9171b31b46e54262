package io.flowpp.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be done with a trained run, as real processes. */
@Tag("slow")
class TrainedRunProcessTest {
  private static final Map<String, String> OFFLINE = Map.of("FLOWPP_OFFLINE", "1");

  @TempDir Path temporary;

  @Test
  void aTrainedRunIsSampledAndItsWeightsGoOutAndComeBack() throws Exception {
    JsonNode trained =
        done(
            "run",
            "../experiments/smoke.yaml",
            "pretraining.steps=2",
            "training.steps=2",
            "evaluation.images=2",
            "evaluation.samples=1");
    String id = trained.path("run_id").asText();

    Path first = temporary.resolve("first.png");
    JsonNode drawn = done("sample", id, "-n", "5", "--seed", "3", "--out", first.toString());
    assertThat(drawn.path("images").asInt()).isEqualTo(5);
    assertThat(drawn.path("leak").asDouble()).isBetween(0., 1.);
    assertThat(drawn.path("file").asText()).isEqualTo(first.toString());
    BufferedImage picture = ImageIO.read(first.toFile());
    assertThat(picture.getWidth()).isGreaterThan(3 * 28);

    Path again = temporary.resolve("again.png");
    done("sample", id.substring(0, 8), "-n", "5", "--seed", "3", "--out", again.toString());
    assertThat(again).hasSameBinaryContentAs(first);
    Path other = temporary.resolve("other.png");
    done("sample", "smoke", "-n", "5", "--seed", "4", "--out", other.toString());
    assertThat(Files.readAllBytes(other)).isNotEqualTo(Files.readAllBytes(first));

    Path official = temporary.resolve("official.safetensors");
    JsonNode out = done("weights", "export", id, official.toString(), "--names", "official");
    assertThat(out.path("tensors").asInt()).isGreaterThan(50);
    assertThat(out.path("weights_sha256")).isEqualTo(trained.path("weights_sha256"));
    JsonNode in = done("weights", "import", id, official.toString(), "--names", "official");
    assertThat(in.path("weights_sha256")).isEqualTo(trained.path("weights_sha256"));
    assertThat(in.path("sha256")).isEqualTo(out.path("sha256"));
    String imported = in.path("run_id").asText();
    assertThat(imported).startsWith("imported-smoke-");
    Path same = temporary.resolve("same.png");
    done("sample", imported, "-n", "5", "--seed", "3", "--out", same.toString());
    assertThat(same).hasSameBinaryContentAs(first);

    refused(2, "unknown-run", "sample", "nosuch", "--out", other.toString());
    refused(2, "unwritable-file", "sample", id, "--out", temporary + "/no/where.png");
    refused(2, "other-model", "weights", "import", id, official.toString());
    byte[] bytes = Files.readAllBytes(official);
    java.util.Arrays.fill(bytes, bytes.length - 4, bytes.length, (byte) 0xff); // a NaN
    Files.write(official, bytes);
    refused(2, "other-model", "weights", "import", id, official.toString(), "--names", "official");
    Files.write(official, new byte[] {1, 2, 3});
    refused(2, "damaged-file", "weights", "import", id, official.toString());
    refused(2, "usage", "weights", "export", id, official.toString(), "--names", "nobodys");
  }

  private JsonNode done(String... arguments) throws Exception {
    FlowppProcess process = start(arguments);
    assertThat(process.exitCode()).as(process.err()).isZero();
    return process.json();
  }

  private void refused(int exit, String code, String... arguments) throws Exception {
    FlowppProcess process = start(arguments);
    assertThat(process.exitCode()).as(List.of(arguments) + process.err()).isEqualTo(exit);
    assertThat(process.json().path("error").path("code").asText()).isEqualTo(code);
  }

  private FlowppProcess start(String... arguments) {
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = "--json";
    return FlowppProcess.start(temporary.resolve("workspace"), OFFLINE, all);
  }
}
