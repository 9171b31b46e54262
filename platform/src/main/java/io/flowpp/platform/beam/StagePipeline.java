package io.flowpp.platform.beam;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.stage.Cancellation;
import io.flowpp.platform.stage.StageCall;
import io.flowpp.platform.stage.StageJson;
import io.flowpp.platform.stage.StageOutcome;
import io.flowpp.platform.stage.StageStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.joda.time.Duration;

/** One run of a stage's pipeline, from its start to the outcome that a worker leaves. */
final class StagePipeline {
  private static final long POLL_MILLIS = 100;

  /** For the stage to stop by itself; then the cluster is asked to interrupt it. */
  private static final long GRACE_NANOS = 3_000_000_000L;

  private static final int PROBE_BYTES = 1 << 16;

  private final Pipeline pipeline;
  private final StageCall call;

  StagePipeline(Pipeline pipeline, StageCall call) {
    this.pipeline = pipeline;
    this.call = call;
  }

  /** In this process, where the stage itself hears the wish to stop. */
  StageOutcome runHere() {
    PipelineResult result = pipeline.run();
    PipelineResult.State state = result.getState();
    while (!state.isTerminal()) {
      PipelineResult.State now = result.waitUntilFinish(Duration.millis(POLL_MILLIS));
      state = now == null ? result.getState() : now;
    }
    return outcome().orElseThrow(() -> new IllegalStateException(ended(result.getState(), "")));
  }

  /** On a cluster, whose job is cancelled where the stage does not stop soon enough. */
  StageOutcome runOn(FlinkCluster cluster, Cancellation cancellation) {
    ClusterJob job = ClusterJob.submit(pipeline, cluster);
    long cancelled = Long.MAX_VALUE;
    PipelineResult.State state = job.state();
    while (!state.isTerminal() && !(cancellation.isCancelled() && Files.exists(call.outcome()))) {
      if (cancellation.isCancelled() && cancelled == Long.MAX_VALUE) {
        cancelled = System.nanoTime();
      }
      if (cancelled != Long.MAX_VALUE && System.nanoTime() - cancelled > GRACE_NANOS) {
        job.cancel();
        return new StageOutcome(StageStatus.CANCELLED, 0, null);
      }
      LockSupport.parkNanos(POLL_MILLIS * 1_000_000);
      state = job.state();
    }
    PipelineResult.State end = state;
    return outcome().orElseThrow(() -> fault(job, cluster, end));
  }

  private RuntimeException fault(ClusterJob job, FlinkCluster cluster, PipelineResult.State end) {
    if (end == PipelineResult.State.DONE) {
      return new UserFault(
          ExitCode.USAGE,
          "unshared-workspace",
          "the job ended and no worker left its outcome here",
          String.valueOf(call.outcome().getParent()),
          "put the workspace on a file system that all workers mount at the same path, and name it in FLOWPP_WORKSPACE");
    }
    return new UserFault(
        ExitCode.FAILED,
        "job-failed",
        ended(end, job.failure(call.channel())),
        cluster.master(),
        "the same command goes on from the last checkpoint");
  }

  private String ended(PipelineResult.State end, String reason) {
    return "the pipeline ended as " + end + " without an outcome in " + call.outcome() + reason;
  }

  private Optional<StageOutcome> outcome() {
    try {
      if (!Files.exists(call.outcome())) {
        requireRoom(call.outcome());
        return Optional.empty();
      }
      StageOutcome outcome = StageJson.readFile(call.outcome(), StageOutcome.class);
      Files.delete(call.outcome());
      return Optional.of(outcome);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** On a full disk neither the stage's work nor what came of it could be written. */
  private static void requireRoom(Path outcome) {
    Path probe = outcome.resolveSibling(outcome.getFileName() + ".probe");
    try {
      try {
        Files.write(probe, new byte[PROBE_BYTES]);
      } finally {
        Files.deleteIfExists(probe);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("what came of the stage cannot be written", e);
    }
  }
}
