package io.flowpp.core.train;

/**
 * A training's loss or gradient is no longer a number, and going back to checkpoints has not
 * helped. They are whole.
 */
public final class DivergedException extends RuntimeException {
  /**
   * @param skipped steps in a row that were not finite, the last of them {@code step}
   * @param reason why the first of them was not; names the layer where it is known
   */
  public DivergedException(int step, int skipped, int returns, String reason) {
    super(
        "step "
            + step
            + ": "
            + (skipped == 1 ? "it was" : skipped + " steps in a row were")
            + " not finite"
            + (returns == 0
                ? ""
                : ", after "
                    + returns
                    + (returns == 1 ? " return" : " returns")
                    + " to a checkpoint")
            + "; the first fault: "
            + reason);
  }
}
