package io.flowpp.core.spec;

/**
 * The network that computes a coupling's parameters: proj_in, {@code blocks} times (gated
 * convolution, layer norm, mixing, layer norm), proj_out.
 *
 * @param filters channels F of the body
 * @param dropout probability that a value is dropped inside each block, during training only
 */
public record ConditionerSpec(
    int filters,
    int blocks,
    MixingSpec mixing,
    double dropout,
    Weighting weighting,
    Ending ending) {
  /**
   * @throws SpecException if a size is not positive, the heads do not divide the filters or the
   *     dropout is not in [0,1)
   */
  public ConditionerSpec {
    SpecException.requirePositive("filters", filters);
    SpecException.requirePositive("blocks", blocks);
    SpecException.requireDivides(mixing, filters);
    SpecException.requireProbability("dropout", dropout);
  }

  /** A conditioner of the CIFAR family: plain weights, no activation before proj_out. */
  public ConditionerSpec(int filters, int blocks, MixingSpec mixing, double dropout) {
    this(filters, blocks, mixing, dropout, Weighting.PLAIN, Ending.LINEAR);
  }
}
