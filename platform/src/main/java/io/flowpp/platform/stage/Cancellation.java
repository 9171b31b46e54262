package io.flowpp.platform.stage;

/** Says whether the work should stop; asked at least once a training step. */
@FunctionalInterface
public interface Cancellation {
  boolean isCancelled();

  /** Ends the stage if it is cancelled. */
  default void check() {
    if (isCancelled()) {
      throw new StageCancelledException();
    }
  }
}
