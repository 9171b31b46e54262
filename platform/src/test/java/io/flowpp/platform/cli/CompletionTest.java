package io.flowpp.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script for shells, in a real one. */
class CompletionTest {
  @TempDir Path temporary;

  @Test
  void bashCompletesCommandsAndOptions() throws Exception {
    assertThat(completed("./flowpp", "re")).contains("regress", "reproduce");
    assertThat(completed("./flowpp", "sweep", "st")).containsExactlyInAnyOrder("status", "stop");
    assertThat(completed("flowpp", "compare", "--ba")).containsExactly("--baseline");
    assertThat(completed("flowpp", "tri")).as("hidden commands").isEmpty();
  }

  private List<String> completed(String... words) throws Exception {
    StringWriter out = new StringWriter();
    int code = Main.commandLine().setOut(new PrintWriter(out)).execute("completion", "bash");
    assertThat(code).isZero();
    Path script = temporary.resolve("completion.sh");
    Files.writeString(script, out.toString());
    String line = String.join(" ", words);
    String bash =
        """
        source %s
        COMP_WORDS=(%s); COMP_CWORD=%d; COMP_LINE='%s'; COMP_POINT=%d
        _complete_flowpp
        printf '%%s\\n' "${COMPREPLY[@]}"
        """
            .formatted(script, line, words.length - 1, line, line.length());
    Process process =
        new ProcessBuilder("bash", "-c", bash)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return told.lines().map(String::strip).filter(word -> !word.isEmpty()).toList();
  }
}
