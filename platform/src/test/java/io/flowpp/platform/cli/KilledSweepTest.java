package io.flowpp.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A sweep whose processes are all killed at moments that nobody chose and that is resumed each
 * time: in the end it is the sweep that nobody disturbed, bit for bit.
 */
class KilledSweepTest {
  private static final int MOST_MILLIS = 14_000;
  private static final String NAME = "stormy";

  /** What a sweep that nobody disturbs comes to. */
  @TempDir static Path calm;

  private static Map<String, String> whole = Map.of();

  @TempDir Path temporary;
  private Path file = Path.of("unset");

  @BeforeAll
  static void aSweepThatNobodyDisturbs() throws Exception {
    Path file = SweepFixture.small(calm, NAME);
    whole =
        SweepFixture.outcomes(
            SweepFixture.done(
                SweepFixture.sweep(calm.resolve("workspace"), Map.of(), "run", file.toString())));
  }

  @BeforeEach
  void theSameSweep() throws IOException {
    file = SweepFixture.small(temporary, NAME);
  }

  @Tag("slow")
  @Test
  void killedThreeTimes() throws Exception {
    killed(1, 7);
  }

  @Tag("storm")
  @Test
  void killedTenTimes() throws Exception {
    killed(8, 8);
  }

  /** In the background, as a sweep of a week would be; looked at and stopped from elsewhere. */
  @Tag("slow")
  @Test
  void stoppedInTheBackgroundItPausesAndGoesOnToTheSame() throws Exception {
    Path workspace = temporary.resolve("workspace");
    JsonNode started =
        SweepFixture.done(
            SweepFixture.sweep(workspace, Map.of(), "run", file.toString(), "--detach"));
    ProcessHandle driver = ProcessHandle.of(started.path("pid").asLong()).orElseThrow();
    Path log = Path.of(started.path("log").asText());
    try {
      await(() -> SweepFixture.checkpoints(workspace) > 0, log);
      Path board = workspace.resolve("sweeps").resolve(NAME).resolve("board");
      assertThat(board.resolve("sweep.yaml")).hasSameTextualContentAs(file);
      SweepFixture.done(SweepFixture.sweep(workspace, Map.of(), "stop", NAME));
      // Its end itself is not told: whoever should take note of it is gone.
      await(() -> read(log).contains("go on with: ./flowpp sweep resume"), log);
    } finally {
      driver.destroy();
    }
    assertThat(log).content().contains("stopped by 'sweep stop'");
    JsonNode paused = SweepFixture.done(SweepFixture.sweep(workspace, Map.of(), "status", NAME));
    assertThat(paused.at("/counts/paused").asInt()).isPositive();
    assertThat(paused.at("/counts/running").asInt()).isZero();

    FlowppProcess resumed = SweepFixture.sweep(workspace, Map.of(), "resume", NAME);
    Path leaders =
        workspace.resolve("sweeps").resolve(NAME).resolve("board").resolve("leaderboard.csv");
    resumed.awaitThat("a leaderboard before the end", () -> Files.exists(leaders));
    assertThat(resumed.endsWithin(0, TimeUnit.SECONDS)).as("it goes on").isFalse();
    assertThat(SweepFixture.outcomes(SweepFixture.done(resumed))).isEqualTo(whole);
    assertDoneOnce(workspace);
    assertThat(hasResumed(workspace)).as("from a checkpoint").isTrue();
  }

  /** In the middle of a training, after the first trial, and at moments that nobody chose. */
  private void killed(int atRandom, long root) throws Exception {
    Path first = temporary.resolve("workspace-0");
    FlowppProcess training = SweepFixture.sweep(first, Map.of(), "run", file.toString());
    training.awaitThat("a checkpoint", () -> SweepFixture.checkpoints(first) > 0);
    training.killWithChildren();
    FlowppProcess answering = SweepFixture.sweep(first, Map.of(), "run", file.toString());
    answering.awaitThat("an answer", () -> SweepFixture.answers(first, NAME) > 0);
    answering.killWithChildren();

    Random random = new Random(root);
    Path workspace = first;
    List<Long> moments = new ArrayList<>();
    int round = 0;
    while (moments.size() < atRandom) {
      // A sweep that ends before its kill begins anew.
      long moment = 500L + random.nextInt(MOST_MILLIS);
      FlowppProcess sweep = SweepFixture.sweep(workspace, Map.of(), "run", file.toString());
      if (sweep.endsWithin(moment, TimeUnit.MILLISECONDS)) {
        assertWhole(SweepFixture.done(sweep), workspace);
        workspace = temporary.resolve("workspace-" + ++round);
      } else {
        sweep.killWithChildren();
        moments.add(moment);
      }
    }
    JsonNode resumed =
        SweepFixture.done(SweepFixture.sweep(workspace, Map.of(), "resume", file.toString()));
    System.out.printf("killed after %s ms, %d sweeps begun%n", moments, round + 1);
    assertWhole(resumed, workspace);
    assertThat(hasResumed(first)).as("from a checkpoint").isTrue();
  }

  private static void await(BooleanSupplier condition, Path log) {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline).as(() -> read(log)).isNegative();
      LockSupport.parkNanos(50_000_000);
    }
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertWhole(JsonNode sweep, Path workspace) throws IOException {
    assertThat(SweepFixture.outcomes(sweep)).isEqualTo(whole);
    assertThat(sweep.at("/counts/done").asInt()).isEqualTo(4);
    // One data set for all, one pretrained dequantizer for the arms of a seed, one flow a trial.
    assertThat(SweepFixture.outputs(workspace, "prepare-data")).isEqualTo(1);
    assertThat(SweepFixture.outputs(workspace, "pretrain-dequantizer"))
        .isEqualTo(SweepFixture.outputs(calm.resolve("workspace"), "pretrain-dequantizer"))
        .isEqualTo(2);
    assertThat(SweepFixture.outputs(workspace, "train-flow")).isEqualTo(4);
    assertThat(SweepFixture.outputs(workspace, "evaluate")).isEqualTo(4);
    assertDoneOnce(workspace);
  }

  private static void assertDoneOnce(Path workspace) {
    assertThat(SweepFixture.trials(workspace, Map.of(), NAME))
        .hasSize(4)
        .allSatisfy(trial -> assertThat(SweepFixture.ends(trial)).containsOnlyOnce("done"));
  }

  /** Whether a flow was trained from a checkpoint on: its trial may be killed after that too. */
  private static boolean hasResumed(Path workspace) throws IOException {
    Path trials = workspace.resolve("sweeps").resolve(NAME).resolve("trials");
    try (Stream<Path> logs =
        Files.find(trials, 2, (path, is) -> path.toString().endsWith(".log"))) {
      return logs.anyMatch(log -> read(log).contains("train-flow resumed"));
    }
  }
}
