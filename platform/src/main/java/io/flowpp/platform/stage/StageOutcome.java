package io.flowpp.platform.stage;

import com.google.common.base.Stopwatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a stage went. Where it ran, was resumed or cached, its output is in the workspace.
 *
 * @param seconds that this process spent on it
 * @param failure where the status is FAILED
 */
public record StageOutcome(StageStatus status, double seconds, @Nullable Failure failure) {

  /** The outcome of {@code work}, also where it throws: a runner must not see the exception. */
  static StageOutcome of(StageName stage, Supplier<StageStatus> work) {
    Stopwatch watch = Stopwatch.createStarted();
    return orFailure(stage, () -> new StageOutcome(work.get(), 0, null))
        .withSeconds(seconds(watch));
  }

  /** What {@code work} answers; what it throws becomes an outcome too. */
  public static StageOutcome orFailure(StageName stage, Supplier<StageOutcome> work) {
    try {
      return work.get();
    } catch (StageCancelledException e) {
      return new StageOutcome(StageStatus.CANCELLED, 0, null);
    } catch (Throwable e) {
      return new StageOutcome(StageStatus.FAILED, 0, Failure.of(stage, e));
    }
  }

  /** The same, timed by who waited for it. */
  public StageOutcome withSeconds(double measured) {
    return new StageOutcome(status, measured, failure);
  }

  private static double seconds(Stopwatch watch) {
    return watch.elapsed(TimeUnit.MILLISECONDS) / 1000.0;
  }
}
