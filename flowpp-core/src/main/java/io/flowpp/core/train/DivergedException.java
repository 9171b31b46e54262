package io.flowpp.core.train;

/** A training's loss or gradient is no longer a number. The checkpoints before are whole. */
public final class DivergedException extends RuntimeException {
  private static final String ADVICE =
      "; the checkpoints before it are whole: lower training.optimizer.learning-rate or raise training.schedule.warmup";

  public DivergedException(int step, String what, double value) {
    super("step " + step + ": " + what + " is " + value + ADVICE);
  }

  /**
   * @param fault names the layer at which it happened
   */
  public DivergedException(int step, RuntimeException fault) {
    super("step " + step + ": " + fault.getMessage() + ADVICE, fault);
  }
}
