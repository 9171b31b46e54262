package io.flowpp.core.spec;

/** How a network's block mixes positions after its gated convolution (Flow++ §3.3). */
public sealed interface MixingSpec {
  /** Multi-head self-attention over all positions; {@code heads} divides the filters. */
  record SelfAttention(int heads) implements MixingSpec {
    public SelfAttention {
      if (heads < 1) {
        throw new SpecException("attention has at least one head, not " + heads);
      }
    }
  }

  /**
   * The no-attention ablation: a gated 1x1 network with the same number of parameters ({@code
   * gated_nin}).
   */
  record GatedLinear() implements MixingSpec {}

  /**
   * No mixing step and no layer norm after it: the dequantizers of the ImageNet-64 and CelebA
   * configurations. A conditioner still holds its positional embedding, which nothing reads.
   */
  record None() implements MixingSpec {}
}
