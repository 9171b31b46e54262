package io.flowpp.core.spec;

/**
 * What a training does about steps whose loss or gradient is not finite. Such a step is skipped:
 * nothing moves.
 *
 * @param returnAfter skipped steps in a row after which it goes back to the last good checkpoint
 * @param returnFactor what a return multiplies the learning rate by
 * @param stopAfter returns after which the next one stops the training instead
 */
public record StabilitySpec(int returnAfter, double returnFactor, int stopAfter) {
  public static final StabilitySpec USUAL = new StabilitySpec(5, .5, 3);

  /**
   * @throws SpecException if no skipped step is allowed, the number of returns is negative, or the
   *     factor not in (0,1]
   */
  public StabilitySpec {
    if (returnAfter < 1) {
      throw new SpecException(
          "a training returns after 1 skipped step or more, not " + returnAfter);
    }
    SpecException.requireNotNegative("returns", stopAfter);
    if (!(returnFactor > 0 && returnFactor <= 1)) {
      throw new SpecException(
          "a return multiplies the learning rate by more than 0 and at most 1, not by "
              + returnFactor);
    }
  }
}
