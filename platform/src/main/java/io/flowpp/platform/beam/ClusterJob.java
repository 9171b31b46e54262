package io.flowpp.platform.beam;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.jspecify.annotations.Nullable;

/** A job on a cluster that may be away for a while: then the job is as it was seen last. */
final class ClusterJob {
  /** A JobManager that is replaced is back well within it. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final String GO_ON = "when it is back, the same command goes on";

  private final PipelineResult result;
  private final FlinkCluster cluster;
  private final LongSupplier nanos;
  private PipelineResult.State last = PipelineResult.State.RUNNING;
  private @Nullable Long awayNanos;

  ClusterJob(PipelineResult result, FlinkCluster cluster, LongSupplier nanos) {
    this.result = result;
    this.cluster = cluster;
    this.nanos = nanos;
  }

  /**
   * @throws UserFault where the cluster does not take the job
   */
  static ClusterJob submit(Pipeline pipeline, FlinkCluster cluster) {
    try {
      return new ClusterJob(pipeline.run(), cluster, System::nanoTime);
    } catch (RuntimeException refused) {
      throw new UserFault(
          ExitCode.UNREACHABLE,
          "job-not-submitted",
          "the cluster did not take the job: " + innermost(refused),
          cluster.master(),
          "see the JobManager's log; " + GO_ON,
          refused);
    }
  }

  /**
   * @throws UserFault where the cluster has not told it for longer than a restart takes
   */
  PipelineResult.State state() {
    try {
      last = result.getState();
      awayNanos = null;
      return last;
    } catch (RuntimeException away) { // after the client's own retries, a minute of them
      long now = nanos.getAsLong();
      Long since = awayNanos;
      if (since == null) {
        awayNanos = now;
      } else if (now - since > PATIENCE.toNanos()) {
        throw lost("the cluster no longer tells how the job is: " + innermost(away), away);
      }
      return last;
    }
  }

  void cancel() {
    try {
      result.cancel();
    } catch (IOException | RuntimeException refused) {
      throw lost("the job could not be cancelled: " + innermost(refused), refused);
    }
  }

  /** Why the job of that name failed: {@code ": cause"}, or nothing where that cannot be told. */
  String failure(String name) {
    try {
      return cluster.failure(name);
    } catch (UserFault away) {
      return "";
    }
  }

  private UserFault lost(String message, Exception cause) {
    return new UserFault(
        ExitCode.UNREACHABLE, "flink-lost", message, cluster.master(), GO_ON, cause);
  }

  /** One line. */
  private static String innermost(Throwable fault) {
    Throwable cause = fault;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return message.lines().findFirst().orElse("");
  }
}
