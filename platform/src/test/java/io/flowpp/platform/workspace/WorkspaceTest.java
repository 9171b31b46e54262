package io.flowpp.platform.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceTest {
  private static final StageKey KEY = new StageKey("train-flow", "0123456789abcdef".repeat(4));
  private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

  @TempDir Path directory;

  @Test
  void openingAndAskingLeavesNoTrace() {
    Path root = directory.resolve("new");
    Workspace workspace = Workspace.at(root);
    assertThat(workspace.find(KEY)).isEmpty();
    assertThat(workspace.published("train-flow")).isEmpty();
    assertThat(root).doesNotExist();
  }

  @Test
  void whatIsPublishedIsFoundWithItsLabel() throws IOException {
    Workspace workspace = Workspace.at(directory, Clock.fixed(NOON, ZoneOffset.UTC));
    Path prepared = workspace.prepare(KEY);
    assertThat(workspace.find(KEY)).isEmpty();
    Files.writeString(prepared.resolve("weights"), "abc");
    Files.writeString(Files.createDirectories(prepared.resolve("curves/a")).resolve("b"), "");

    Path output = workspace.publish(KEY, prepared);

    assertThat(workspace.find(KEY)).contains(output);
    assertThat(workspace.published("train-flow")).containsExactly(KEY);
    assertThat(prepared).doesNotExist();
    assertThat(output.resolve("weights")).hasContent("abc");
    assertThat(StageRecord.read(output))
        .isEqualTo(
            new StageRecord(
                "train-flow",
                KEY.digest(),
                "2026-01-02T12:00:00Z",
                List.of(
                    new StageRecord.Output(
                        "curves/a/b",
                        0,
                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
                    new StageRecord.Output(
                        "weights",
                        3,
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"))));
  }

  @Test
  void aFileThatIsNotTheOneThatWasPublishedIsNamed() throws IOException {
    Workspace workspace = Workspace.at(directory);
    Path output = workspace.publish(KEY, filled(workspace, "good"));
    workspace.requireIntact(KEY);

    for (String content : List.of("goof", "goo", "")) {
      Files.writeString(output.resolve("file"), content);
      assertDamaged(workspace, output.resolve("file"));
    }
    Files.delete(output.resolve("file"));
    assertDamaged(workspace, output.resolve("file"));
    Files.writeString(output.resolve(StageRecord.FILE), "{");
    assertDamaged(workspace, output.resolve(StageRecord.FILE));
  }

  private static void assertDamaged(Workspace workspace, Path file) {
    assertThatThrownBy(() -> workspace.requireIntact(KEY))
        .isInstanceOfSatisfying(
            UserFault.class,
            fault -> {
              assertThat(fault.code()).isEqualTo("damaged-output");
              assertThat(fault.exitCode()).isEqualTo(ExitCode.FAILED);
              assertThat(fault.where()).isEqualTo(file.toString());
              assertThat(fault.suggestion()).contains("delete " + file.getParent());
            });
  }

  @Test
  void theFirstOfTwoOutputsStays() throws IOException {
    Workspace workspace = Workspace.at(directory);
    Path first = filled(workspace, "first");
    Path second = filled(workspace, "second");
    Path output = workspace.publish(KEY, first);
    assertThat(workspace.publish(KEY, second)).isEqualTo(output);
    assertThat(output.resolve("file")).hasContent("first");
    assertThat(second).doesNotExist();
  }

  @Test
  void ofManyThatPublishAtOnceExactlyOneIsWhole() throws IOException {
    Workspace workspace = Workspace.at(directory);
    List<Path> prepared =
        IntStream.range(0, 16).mapToObj(i -> filled(workspace, "the " + i)).toList();
    List<Path> outputs =
        prepared.parallelStream().map(path -> workspace.publish(KEY, path)).distinct().toList();
    assertThat(outputs).hasSize(1);
    assertThat(Files.readString(outputs.get(0).resolve("file"))).startsWith("the ");
    assertThat(prepared).allSatisfy(path -> assertThat(path).doesNotExist());
    assertThat(names(outputs.get(0))).containsExactly("file", "stage.json");
  }

  @Test
  void anOutputThatLostItsLabelIsNoneAndIsReplaced() throws IOException {
    Workspace workspace = Workspace.at(directory);
    Path output = workspace.publish(KEY, filled(workspace, "old"));
    Files.delete(output.resolve(StageRecord.FILE));
    assertThat(workspace.find(KEY)).isEmpty();
    assertThat(workspace.published("train-flow")).isEmpty();
    workspace.publish(KEY, filled(workspace, "new"));
    assertThat(workspace.find(KEY).orElseThrow().resolve("file")).hasContent("new");
  }

  @Test
  void discardingForgetsOutputAndScratch() throws IOException {
    Workspace workspace = Workspace.at(directory);
    workspace.publish(KEY, filled(workspace, "old"));
    Files.writeString(workspace.scratch(KEY).resolve("checkpoint"), "half-way");
    workspace.discard(KEY);
    assertThat(workspace.find(KEY)).isEmpty();
    assertThat(names(workspace.scratch(KEY))).isEmpty();
    workspace.discard(KEY);
  }

  @Test
  void scratchStaysAndPreparedDirectoriesAreAlwaysNew() throws IOException {
    Workspace workspace = Workspace.at(directory);
    Files.writeString(workspace.scratch(KEY).resolve("checkpoint"), "7");
    assertThat(Workspace.at(directory).scratch(KEY).resolve("checkpoint")).hasContent("7");
    Path prepared = workspace.prepare(KEY);
    assertThat(names(prepared)).isEmpty();
    assertThat(workspace.prepare(KEY)).isNotEqualTo(prepared);
    workspace.abandon(prepared);
    assertThat(prepared).doesNotExist();
  }

  @Test
  void aSecondWorkspaceObjectLeavesThePreparedDirectoriesOfThisProcessAlone() {
    Path prepared = filled(Workspace.at(directory), "mine");
    Workspace.at(directory);
    assertThat(prepared.resolve("file")).hasContent("mine");
  }

  @Test
  void aWorkspaceThatWasDeletedUnderItsFeetIsMadeAgain() throws IOException {
    Workspace workspace = Workspace.at(directory.resolve("w"));
    workspace.prepare(KEY);
    Trees.delete(directory.resolve("w"));
    Path again = filled(workspace, "again");
    Workspace.at(directory.resolve("w"));
    assertThat(again.resolve("file")).hasContent("again");
  }

  @Test
  void onlyDirectoriesOfTheWorkspaceArePublished() {
    Workspace workspace = Workspace.at(directory.resolve("w"));
    assertThatThrownBy(() -> workspace.publish(KEY, directory))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("outside the workspace");
    assertThat(directory).exists();
  }

  @Test
  void aFileInTheWayOfTheWorkspaceIsToldInOneLine() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    for (Path root : List.of(file, file.resolve("below"))) {
      Workspace workspace = Workspace.at(root);
      for (Runnable use :
          List.<Runnable>of(
              workspace::requireWritable,
              () -> workspace.prepare(KEY),
              () -> workspace.scratch(KEY),
              workspace::journals)) {
        assertThatThrownBy(use::run)
            .isInstanceOfSatisfying(
                UserFault.class,
                fault -> {
                  assertThat(fault.code()).isEqualTo("unwritable-workspace");
                  assertThat(fault.exitCode()).isEqualTo(ExitCode.USAGE);
                  assertThat(fault.line())
                      .startsWith(root.toString())
                      .contains("cannot be written")
                      .contains("set FLOWPP_WORKSPACE")
                      .doesNotContain("\n");
                });
      }
    }
  }

  @Test
  void theProbeForWritingLeavesNothing() throws IOException {
    Workspace.at(directory).requireWritable();
    try (Stream<Path> files = Files.walk(directory)) {
      assertThat(files.filter(Files::isRegularFile).map(path -> path.getFileName().toString()))
          .allMatch(name -> name.endsWith(".lock"));
    }
  }

  @Test
  void aKeyIsAStageAndSixtyFourDigits() {
    assertThat(KEY.toString()).isEqualTo("train-flow 0123456789ab");
    for (String digest : List.of("", "0123", "G".repeat(64), "../".repeat(21) + "a")) {
      assertThatThrownBy(() -> new StageKey("train-flow", digest))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (String stage : List.of("", "..", "a/b", "A")) {
      assertThatThrownBy(() -> new StageKey(stage, KEY.digest()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static Path filled(Workspace workspace, String content) {
    try {
      Path prepared = workspace.prepare(KEY);
      Files.writeString(prepared.resolve("file"), content);
      return prepared;
    } catch (IOException fault) {
      throw new AssertionError(fault);
    }
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
