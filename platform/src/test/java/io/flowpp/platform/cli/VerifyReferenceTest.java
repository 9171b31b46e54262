package io.flowpp.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The contract of {@code verify-reference}: what it prints and how it ends. */
class VerifyReferenceTest {
  private record Outcome(int code, String out, String err) {}

  @TempDir Path folder;

  private static Outcome run(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words = java.util.Arrays.stream(args).map(String::valueOf).toArray(String[]::new);
    CommandLine command = Main.commandLine();
    int code = command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(words);
    return new Outcome(code, out.toString(), err.toString());
  }

  /** A space-to-depth of one 2x2 image: its results are its inputs, {@code last} should be 4. */
  private void write(double last) throws IOException {
    String entry = "\"%s\":{\"dtype\":\"F64\",\"shape\":[%s],\"data_offsets\":[%d,%d]}";
    String json =
        "{"
            + entry.formatted("in/x", "1,2,2,1", 0, 32)
            + ","
            + entry.formatted("out/y", "1,1,1,4", 32, 64)
            + "}";
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(8 + header.length + 64).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(header.length).put(header);
    for (double value : new double[] {1, 2, 3, 4, 1, 2, 3, last}) {
      file.putDouble(value);
    }
    Files.write(folder.resolve("fold.safetensors"), file.array());
  }

  @Test
  void aFolderThatIsEqualEndsWithZero() throws IOException {
    write(4);
    Outcome outcome = run("verify-reference", folder, "--json");
    assertThat(outcome.code()).isZero();
    JsonNode answer = new ObjectMapper().readTree(outcome.out());
    assertThat(answer.get("ok").asBoolean()).isTrue();
    JsonNode only = answer.get("cases").get(0);
    assertThat(only.get("name").asText()).isEqualTo("fold");
    JsonNode output = only.get("outputs").get(0);
    assertThat(output.get("name").asText()).isEqualTo("out/y");
    assertThat(output.get("ok").asBoolean()).isTrue();
    assertThat(output.get("max_abs").asDouble()).isZero();
    assertThat(output.get("max_rel").asDouble()).isZero();
    assertThat(output.get("tolerance").asDouble()).isEqualTo(1e-11);
    assertThat(run("verify-reference", folder).out())
        .contains("ok", "fold", "1 cases, 1 outputs, all within tolerance");
  }

  @Test
  void aCorruptedResultEndsWithFourAndIsNamed() throws IOException {
    write(5);
    Outcome outcome = run("verify-reference", folder, "--json");
    assertThat(outcome.code()).isEqualTo(4);
    JsonNode answer = new ObjectMapper().readTree(outcome.out());
    assertThat(answer.get("ok").asBoolean()).isFalse();
    JsonNode output = answer.get("cases").get(0).get("outputs").get(0);
    assertThat(output.get("ok").asBoolean()).isFalse();
    assertThat(output.get("max_abs").asDouble()).isEqualTo(1);
    assertThat(output.get("max_rel").asDouble()).isEqualTo(.2);
    Outcome human = run("verify-reference", folder);
    assertThat(human.code()).isEqualTo(4);
    assertThat(human.out()).contains("FAILED", "out/y: max abs 1.00, max rel 0.200");
  }

  @Test
  void aReferenceThatIsNotFiniteIsStillJson() throws IOException {
    write(Double.NaN);
    Outcome outcome = run("verify-reference", folder, "--json");
    assertThat(outcome.code()).isEqualTo(4);
    JsonNode output = new ObjectMapper().readTree(outcome.out()).at("/cases/0/outputs/0");
    assertThat(output.get("max_abs").isNull()).isTrue();
    assertThat(output.get("ok").asBoolean()).isFalse();
  }

  @Test
  void aFolderThatIsMissingEmptyOrDamagedEndsWithTwo() throws IOException {
    Outcome missing = run("verify-reference", folder.resolve("none"));
    assertThat(missing.code()).isEqualTo(2);
    assertThat(missing.err()).contains("none: is no folder");
    Outcome empty = run("verify-reference", folder);
    assertThat(empty.code()).isEqualTo(2);
    assertThat(empty.err()).contains("has no .safetensors file");
    write(4);
    byte[] whole = Files.readAllBytes(folder.resolve("fold.safetensors"));
    Files.write(
        folder.resolve("fold.safetensors"), java.util.Arrays.copyOf(whole, whole.length - 1));
    Outcome damaged = run("verify-reference", folder);
    assertThat(damaged.code()).isEqualTo(2);
    assertThat(damaged.err()).contains("fold.safetensors is no whole safetensors file");
    assertThat(damaged.err().lines().filter(l -> l.startsWith("error:"))).hasSize(1);
  }

  @Test
  void aFileThatCannotBeReadIsToldWithTheReason() throws IOException {
    Files.createDirectory(folder.resolve("fold.safetensors"));
    Outcome outcome = run("verify-reference", folder);
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err())
        .contains("cannot be read: reading ", "fold.safetensors: Is a directory");
  }
}
