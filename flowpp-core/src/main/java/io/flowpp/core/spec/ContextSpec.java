package io.flowpp.core.spec;

/**
 * The network through which a dequantizer sees the image: a convolution, then {@code blocks} times
 * a gated convolution with two 3x3 convolutions, with or without a layer norm and mixing after it.
 *
 * @param filters channels F, 32 in the paper
 * @param normalised whether a layer norm follows each gated convolution
 * @param mixing with attention a layer norm follows that too, and a positional embedding is learned
 */
public record ContextSpec(
    int filters, int blocks, boolean normalised, MixingSpec mixing, Weighting weighting) {
  /**
   * @throws SpecException if a size is not positive or the heads do not divide the filters
   */
  public ContextSpec {
    SpecException.requirePositive("context filters", filters);
    SpecException.requireNotNegative("context blocks", blocks);
    SpecException.requireDivides(mixing, filters);
  }

  /** The CIFAR family's: gated convolutions alone. */
  public ContextSpec(int filters, int blocks) {
    this(filters, blocks, false, new MixingSpec.None(), Weighting.PLAIN);
  }
}
