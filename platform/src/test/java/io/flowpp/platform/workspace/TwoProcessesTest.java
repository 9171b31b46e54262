package io.flowpp.platform.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The workspace under two real processes, one of which may be killed at any moment. */
@Timeout(120)
class TwoProcessesTest {
  private static final String DIGEST = "fedcba9876543210".repeat(4);
  private static final StageKey KEY = new StageKey("train-flow", DIGEST);

  @TempDir Path root;
  private final List<Process> children = new ArrayList<>();

  @AfterEach
  void endChildren() {
    children.forEach(Process::destroyForcibly);
  }

  @Test
  void theSecondWaitsAndIsToldWhoHoldsTheLock() throws Exception {
    Process child = start("hold");
    String held = line(child);
    BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    CompletableFuture<StageLock> mine =
        CompletableFuture.supplyAsync(() -> Workspace.at(root).lock(KEY, messages::add));

    String message = messages.take();
    assertThat(message)
        .startsWith(
            "waiting for train-flow fedcba987654, held by process " + held.split(" ")[1] + " on ")
        .contains(" since 20");
    assertThat(mine).isNotDone();
    child.getOutputStream().close();
    mine.get().close();
    assertThat(messages).isEmpty();
  }

  @Test
  void aKilledHolderLosesTheLock() throws Exception {
    Process child = start("hold");
    line(child);
    child.destroyForcibly().waitFor();
    try (StageLock mine = Workspace.at(root).lock(KEY, message -> {})) {
      assertThat(mine).isNotNull();
    }
  }

  @Test
  void threadsAndProcessesExcludeEachOther() throws Exception {
    Path file = Files.writeString(root.resolve("number"), "0");
    List<Process> counters =
        List.of(start("count", file.toString(), "25"), start("count", file.toString(), "25"));
    Workspace workspace = Workspace.at(root);
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      threads.add(CompletableFuture.runAsync(() -> count(workspace, file, 10)));
    }
    for (Process counter : counters) {
      assertThat(line(counter)).isEqualTo("counted");
    }
    CompletableFuture.allOf(threads.toArray(CompletableFuture[]::new)).get();
    assertThat(file).hasContent("90");
  }

  @Test
  void whatAKilledProcessPreparedIsRemovedOnOpeningAndWhatALivingOnePreparedIsNot()
      throws Exception {
    Process living = start("prepare");
    Process doomed = start("prepare");
    Path ofTheLiving = Path.of(line(living));
    Path ofTheDoomed = Path.of(line(doomed));
    Workspace.at(root);
    assertThat(ofTheDoomed.resolve("half")).exists();
    doomed.destroyForcibly().waitFor();
    Workspace.at(root);
    assertThat(ofTheDoomed.getParent()).doesNotExist();
    assertThat(ofTheLiving.resolve("half")).exists();
  }

  @Test
  void aKillInTheMiddleOfPublishingLeavesOnlyWholeOutputs() throws Exception {
    for (int round = 0; round < 3; round++) {
      Process child = start("publish", "2");
      for (int i = 0; i <= round; i++) {
        assertThat(line(child)).isEqualTo("published " + i);
      }
      child.destroyForcibly().waitFor();
      Workspace workspace = Workspace.at(root);
      List<StageKey> published = workspace.published("train-flow");
      assertThat(published).hasSizeGreaterThan(round);
      for (StageKey key : published) {
        Path output = workspace.find(key).orElseThrow();
        StageRecord record = StageRecord.read(output);
        assertThat(record)
            .isEqualTo(StageRecord.of(key, output, Instant.parse(record.finishedAt())));
        assertThat(record.files())
            .extracting(StageRecord.Output::size)
            .containsExactly(2L << 20, 2L << 20);
      }
      try (Stream<Path> outputs = Files.list(root.resolve("stages/train-flow"))) {
        assertThat(outputs.count()).isEqualTo(published.size());
      }
    }
  }

  @Test
  void aLimitOnFileSizesIsToldLikeAFullDiskAndLeavesNothing() throws Exception {
    Process child =
        ChildJvm.start(
            List.of("bash", "-c", "ulimit -f 512; exec \"$@\"", "limited"),
            WorkspaceChild.class,
            "publish",
            root.toString(),
            DIGEST,
            "2");
    children.add(child);
    assertThat(line(child))
        .startsWith("disk-full FAILED: " + root)
        .contains("the disk is full")
        .contains("free some space");
    assertThat(Workspace.at(root).published("train-flow")).isEmpty();
    assertThat(root.resolve("stages")).doesNotExist();
  }

  private Process start(String what, String... more) {
    List<String> arguments = new ArrayList<>(List.of(what, root.toString(), DIGEST));
    arguments.addAll(List.of(more));
    Process child = ChildJvm.start(WorkspaceChild.class, arguments.toArray(String[]::new));
    children.add(child);
    return child;
  }

  private static String line(Process child) throws IOException {
    BufferedReader reader = child.inputReader();
    String line = reader.readLine();
    assertThat(line).as("a line from the child").isNotNull();
    return line;
  }

  private static void count(Workspace workspace, Path file, int times) {
    for (int i = 0; i < times; i++) {
      try (StageLock held = workspace.lock(KEY, message -> {})) {
        assertThat(held).isNotNull();
        Files.writeString(file, Integer.toString(Integer.parseInt(Files.readString(file)) + 1));
      } catch (IOException fault) {
        throw new AssertionError(fault);
      }
    }
  }
}
