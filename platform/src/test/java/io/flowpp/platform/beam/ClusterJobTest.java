package io.flowpp.platform.beam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricResults;
import org.junit.jupiter.api.Test;

/** A job whose cluster is away for a while, and for good. */
class ClusterJobTest {
  private final AtomicLong nanos = new AtomicLong();
  private final Told told = new Told();
  private final ClusterJob job =
      new ClusterJob(told, new FlinkCluster("127.0.0.1:1", 1, Path.of("job.jar")), nanos::get);

  @Test
  void aClusterThatIsAwayForAWhileIsWaitedFor() {
    assertThat(job.state()).isEqualTo(PipelineResult.State.RUNNING);
    for (int i = 0; i < 3; i++) {
      told.away = true;
      assertThat(job.state()).isEqualTo(PipelineResult.State.RUNNING);
      nanos.addAndGet(Duration.ofMinutes(9).toNanos());
      assertThat(job.state()).isEqualTo(PipelineResult.State.RUNNING);
      told.away = false;
      assertThat(job.state()).isEqualTo(PipelineResult.State.RUNNING);
    }
    told.state = PipelineResult.State.FAILED;
    assertThat(job.state()).isEqualTo(PipelineResult.State.FAILED);
    assertThat(job.failure("of a cluster that does not answer")).isEmpty();
  }

  @Test
  void oneThatStaysAwayIsAFaultThatSaysHowToGoOn() {
    told.away = true;
    job.state();
    nanos.addAndGet(Duration.ofMinutes(11).toNanos());
    assertThatThrownBy(job::state)
        .isInstanceOfSatisfying(
            UserFault.class,
            fault -> {
              assertThat(fault.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
              assertThat(fault.line())
                  .startsWith("127.0.0.1:1: the cluster no longer tells how the job is: refused")
                  .contains("the same command goes on")
                  .doesNotContain("\n");
            });
    assertThatThrownBy(job::cancel)
        .isInstanceOf(UserFault.class)
        .hasMessageContaining("could not be cancelled");
  }

  /** What the engine's client tells. */
  private static final class Told implements PipelineResult {
    private State state = State.RUNNING;
    private boolean away;

    @Override
    public State getState() {
      requireThere();
      return state;
    }

    @Override
    public State cancel() throws IOException {
      requireThere();
      return state;
    }

    private void requireThere() {
      if (away) {
        throw new IllegalStateException("no answer", new IOException("refused\nby the host"));
      }
    }

    @Override
    public State waitUntilFinish(org.joda.time.Duration duration) {
      throw new UnsupportedOperationException();
    }

    @Override
    public State waitUntilFinish() {
      throw new UnsupportedOperationException();
    }

    @Override
    public MetricResults metrics() {
      throw new UnsupportedOperationException();
    }
  }
}
