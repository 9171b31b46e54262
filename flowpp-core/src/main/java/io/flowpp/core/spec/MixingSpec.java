package io.flowpp.core.spec;

/** How a conditioner block mixes positions after its gated convolution (Flow++ §3.3). */
public sealed interface MixingSpec {
  /** Multi-head self-attention over all positions; {@code heads} divides the filters. */
  record SelfAttention(int heads) implements MixingSpec {}

  /**
   * The no-attention ablation: a gated 1x1 network with the same number of parameters ({@code
   * gated_nin}).
   */
  record GatedLinear() implements MixingSpec {}
}
