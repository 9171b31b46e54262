package io.flowpp.core.train;

/** A training's loss or gradient is no longer a number. The checkpoints before are whole. */
public final class DivergedException extends RuntimeException {
  public DivergedException(int step, String what, double value) {
    super(
        "step "
            + step
            + ": "
            + what
            + " is "
            + value
            + "; the checkpoints before it are whole: lower training.optimizer.learning-rate or raise training.schedule.warmup");
  }
}
