package io.flowpp.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

class MainTest {
  private record Outcome(int code, String out, String err) {
    JsonNode json() throws IOException {
      return new ObjectMapper().readTree(out);
    }
  }

  /** Ends in the way that it is asked to. */
  @Command(name = "end")
  static final class End implements Callable<Integer> {
    @Parameters private String how = "";
    @Mixin private Output output = new Output();

    @Override
    public Integer call() {
      switch (how) {
        case "fault":
          throw new UserFault(
              ExitCode.UNREACHABLE, "server-refused", "answers 403", "http://x", "log in");
        case "bug":
          throw new IllegalStateException("three\nlines\nlong");
        default:
          output.result(Map.of("how", how), result -> "ended " + how);
          return 0;
      }
    }
  }

  @TempDir Path directory;
  private Path good = Path.of("");
  private Path bad = Path.of("");

  @BeforeEach
  void writeFiles() throws IOException {
    good =
        Files.writeString(
            directory.resolve("good.yaml"),
            """
            data: {source: images}
            model: {flow: {filters: 8, blocks: 1, heads: 2, coupling: {components: 4}}}
            pretraining: {kind: none}
            training: {steps: 3}
            """);
    bad =
        Files.writeString(
            directory.resolve("bad.yaml"), "extends: good.yaml\nsed: 1\ntraining: {batch: x}\n");
  }

  private static Outcome run(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command = Main.commandLine();
    command.addSubcommand(new End());
    command
        .setExecutionExceptionHandler(new Failures())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err));
    String[] words = List.of(args).stream().map(Object::toString).toArray(String[]::new);
    return new Outcome(command.execute(words), out.toString(), err.toString());
  }

  @Test
  void helpNamesEveryCommandAndExitsWithZero() {
    Outcome help = run("--help");
    assertThat(help.code()).isZero();
    for (Class<?> command : Commands.ALL) {
      Command named = command.getAnnotation(Command.class);
      if (named.hidden()) { // what only another process of ours calls
        assertThat(help.out()).doesNotContain("  " + named.name() + " ");
      } else {
        assertThat(help.out()).contains("  " + named.name() + " ");
      }
    }
    assertThat(run("config", "show", "--help").out())
        .contains("Usage: flowpp config show", "--origin");
  }

  @Test
  void theVersionIsThatOfTheBuild() {
    assertThat(run("--version").out()).startsWith("flowpp ").contains("Java ");
  }

  @Test
  void wrongUsageIsOneLineWithAnAdvice() {
    assertThat(run("cnofig"))
        .isEqualTo(new Outcome(2, "", "error: unknown command 'cnofig'; did you mean 'config'?\n"));
    assertThat(run("config", "show", "--orgin", good).err())
        .isEqualTo("error: unknown option '--orgin'; did you mean '--origin'?\n");
    assertThat(run("config", "show"))
        .isEqualTo(
            new Outcome(
                2,
                "",
                "error: missing required parameter: 'FILE'; see 'flowpp config show --help'\n"));
    assertThat(run())
        .isEqualTo(new Outcome(2, "", "error: a command is missing; see 'flowpp --help'\n"));
  }

  @Test
  void wrongUsageWithJsonIsAnObject() throws IOException {
    Outcome outcome = run("config", "show", "--json");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.json().at("/status").asText()).isEqualTo("failed");
    assertThat(outcome.json().at("/error/code").asText()).isEqualTo("usage");
  }

  @Test
  void aFaultOfTheWorldIsOneLineWithItsExitCode() throws IOException {
    assertThat(run("end", "fault"))
        .isEqualTo(new Outcome(6, "", "error: http://x: answers 403; log in\n"));
    Outcome json = run("end", "fault", "--json");
    assertThat(json.code()).isEqualTo(6);
    assertThat(json.err()).isEmpty();
    assertThat(json.json().get("error"))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    "{\"code\":\"server-refused\",\"message\":\"answers 403\",\"where\":\"http://x\",\"suggestion\":\"log in\"}"));
  }

  @Test
  void aFaultOfOursAsksForAReportAndShowsItsTraceOnlyWhenAsked() {
    Outcome quiet = run("end", "bug");
    assertThat(quiet.code()).isEqualTo(1);
    assertThat(quiet.err())
        .startsWith("error: unexpected IllegalStateException: three lines long; please report it");
    assertThat(quiet.err().lines()).hasSize(1);
    assertThat(run("end", "bug", "-v").err()).contains("\tat io.flowpp");
  }

  @Test
  void resultsAreTextOrOneObject() throws IOException {
    assertThat(run("end", "well")).isEqualTo(new Outcome(0, "ended well\n", ""));
    assertThat(run("end", "well", "--json").json().get("how").asText()).isEqualTo("well");
  }

  @Test
  void showPrintsTheMergedConfiguration() throws IOException {
    Outcome text = run("config", "show", good, "seed=4", "--origin");
    assertThat(text.code()).isZero();
    assertThat(text.out())
        .containsPattern("seed: 4 +# command line\n")
        .containsPattern("steps: 3 +# .*good.yaml:4\n");
    JsonNode json = run("config", "show", "--json", "--origin", good, "seed=4").json();
    assertThat(json.at("/config/training/init-batch").asInt()).isEqualTo(128);
    assertThat(json.at("/origin/seed").asText()).isEqualTo("command line");
  }

  @Test
  void showTellsEveryProblem() throws IOException {
    Outcome text = run("config", "show", bad);
    assertThat(text.code()).isEqualTo(2);
    assertThat(text.out()).isEmpty();
    assertThat(text.err().lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith("error: " + bad + ":"));
    JsonNode json = run("config", "show", bad, "--json").json();
    assertThat(json.at("/error/code").asText()).isEqualTo("configuration");
    assertThat(json.at("/problems")).hasSize(2);
  }

  @Test
  void checkListsProblemsOfAllFiles() throws IOException {
    assertThat(run("config", "check", good)).isEqualTo(new Outcome(0, "no problem\n", ""));
    Outcome json = run("config", "check", good, bad, "--json");
    assertThat(json.code()).isEqualTo(2);
    JsonNode first = json.json().at("/problems/0");
    assertThat(first.get("file").asText()).isEqualTo(bad.toString());
    assertThat(first.get("line").asInt()).isEqualTo(2);
    assertThat(first.get("key").asText()).isEqualTo("sed");
    assertThat(first.get("suggestion").asText()).isEqualTo("did you mean 'seed'?");
  }

  @Test
  void theSchemaHasEveryKeyOnce() throws IOException {
    JsonNode schema = run("config", "schema").json();
    assertThat(schema.get("$schema").asText()).contains("2020-12");
    assertThat(
            schema
                .at("/properties/model/properties/flow/properties/filters/anyOf/0/maximum")
                .asInt())
        .isEqualTo(4096);
    assertThat(schema.at("/properties/training/additionalProperties").asBoolean(true)).isFalse();
  }

  @Test
  void theWorkspaceIsWhatTheEnvironmentSays() {
    assertThat(Places.workspace(Map.of())).isEqualTo(Path.of(".flowpp").toAbsolutePath());
    assertThat(Places.workspace(Map.of("FLOWPP_WORKSPACE", "/w"))).isEqualTo(Path.of("/w"));
  }
}
