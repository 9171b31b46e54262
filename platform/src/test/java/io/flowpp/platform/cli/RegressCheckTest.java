package io.flowpp.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a check leaves where it cannot begin. */
class RegressCheckTest {
  @TempDir Path folder;

  @Test
  void anInvalidFileLeavesNoAnswerOfAnEarlierCheck() throws Exception {
    Path invalid = Files.writeString(folder.resolve("x.yaml"), "chcks: {}\nexperiments: {}\n");
    Path junit = Files.writeString(folder.resolve("junit.xml"), "<old/>");
    Path summary = Files.writeString(folder.resolve("summary.md"), "pass");
    StringWriter err = new StringWriter();
    int code =
        Main.commandLine()
            .setOut(new PrintWriter(new StringWriter()))
            .setErr(new PrintWriter(err))
            .execute(
                "regress",
                "check",
                invalid.toString(),
                "--junit",
                junit.toString(),
                "--summary",
                summary.toString());
    assertThat(code).as(err.toString()).isEqualTo(2);
    assertThat(err.toString()).contains("x.yaml:1: chcks: unknown key");
    assertThat(junit).doesNotExist();
    assertThat(summary).doesNotExist();
  }
}
