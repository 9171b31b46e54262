package io.flowpp.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowpp.platform.tracking.Arrival;
import io.flowpp.platform.tracking.MlflowProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole platform killed at moments that nobody chose, from its start to its last request to the
 * server, and once for certain while it trains, each time followed by the same command: the server
 * has one run for each stage in the end, whole, each step of the training once, and none that seems
 * to go on.
 */
class KilledPlatformTest {
  private static final int STEPS = 40;
  private static final int MOST_MILLIS = 12_000;
  private static final String EXPERIMENT = "killed";

  @TempDir Path temporary;

  @Tag("slow")
  @Test
  void killedThreeTimes() throws Exception {
    killed(3, 5);
  }

  @Tag("storm")
  @Test
  void killedTwentyTimes() throws Exception {
    killed(20, 6);
  }

  /** A run that ends before its kill is followed by one with another seed. */
  private void killed(int kills, long root) throws Exception {
    Random random = new Random(root);
    Path workspace = temporary.resolve("workspace");
    List<Long> moments = new ArrayList<>();
    try (MlflowProcess server = MlflowProcess.start(temporary.resolve("server"))) {
      Map<String, String> tracked =
          Map.of("MLFLOW_TRACKING_URI", server.uri().toString(), "FLOWPP_OFFLINE", "");
      moments.add(killWhileItTrains(run(workspace, tracked, 1), workspace));
      int seed = 1;
      while (moments.size() < kills) {
        long moment = 500L + random.nextInt(MOST_MILLIS);
        FlowppProcess run = run(workspace, tracked, seed);
        if (run.endsWithin(moment, TimeUnit.MILLISECONDS)) {
          assertThat(run.exitCode()).as(run.err()).isZero();
          seed++;
        } else {
          run.kill();
          moments.add(moment);
        }
      }
      Path undisturbed = temporary.resolve("undisturbed");
      for (int each = 1; each <= seed; each++) {
        FlowppProcess last = run(workspace, tracked, each);
        assertThat(last.exitCode()).as(last.err()).isZero();
        FlowppProcess whole = run(undisturbed, Map.of("FLOWPP_OFFLINE", "1"), each);
        assertThat(whole.exitCode()).as(whole.err()).isZero();
        assertThat(last.json().path("weights_sha256"))
            .isEqualTo(whole.json().path("weights_sha256"));
      }
      FlowppProcess sync = FlowppProcess.start(workspace, tracked, "runs", "sync", "--json");
      assertThat(sync.exitCode()).as(sync.err()).isZero();
      Arrival arrival = Arrival.whole(workspace.resolve("journals"), server.uri(), EXPERIMENT);
      assertThat(arrival.runs()).isEqualTo(5 * seed);
      assertThat(arrival.statuses()).containsOnly("FINISHED");
      assertThat(arrival.steps("/train-flow", "train/bpd"))
          .hasSize(seed)
          .allSatisfy(
              (run, steps) ->
                  assertThat(steps).isEqualTo(IntStream.rangeClosed(1, STEPS).boxed().toList()));
      System.out.printf(
          "killed after %s ms, %d experiments: %d runs, %d values, %d artifacts%n",
          moments, seed, arrival.runs(), arrival.values(), arrival.artifacts());
    }
  }

  /** Answers after how many milliseconds. */
  private static long killWhileItTrains(FlowppProcess run, Path workspace)
      throws InterruptedException {
    long begin = System.nanoTime();
    Path scratch = workspace.resolve("scratch").resolve("train-flow");
    run.awaitThat("checkpoint", () -> !Checkpointed.in(scratch).isEmpty());
    run.kill();
    assertThat(workspace.resolve("stages").resolve("train-flow"))
        .as("what only a training that is over leaves")
        .satisfiesAnyOf(
            path -> assertThat(path).doesNotExist(), path -> assertThat(path).isEmptyDirectory());
    return (System.nanoTime() - begin) / 1_000_000;
  }

  private static FlowppProcess run(Path workspace, Map<String, String> environment, int seed) {
    return FlowppProcess.start(
        workspace,
        environment,
        "run",
        "../experiments/smoke.yaml",
        "--json",
        "seed=" + seed,
        "tracking.experiment=" + EXPERIMENT,
        "pretraining.steps=4",
        "training.steps=" + STEPS,
        "training.checkpoint-every=5",
        "evaluation.images=4",
        "evaluation.samples=1");
  }
}
