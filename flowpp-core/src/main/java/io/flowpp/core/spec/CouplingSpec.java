package io.flowpp.core.spec;

/**
 * The elementwise, invertible transform of one half, with parameters computed from the other half
 * (Flow++ §3.2).
 */
public sealed interface CouplingSpec {
  ConditionerSpec conditioner();

  /** Number of values per transformed channel that the conditioner puts out. */
  int parametersPerChannel();

  /** CDF of a mixture of K logistics, then logit, then affine. */
  record MixtureOfLogistics(int components, ConditionerSpec conditioner) implements CouplingSpec {
    @Override
    public int parametersPerChannel() {
      return 2 + 3 * components;
    }
  }

  /** The affine ablation: scale and shift only. */
  record Affine(ConditionerSpec conditioner) implements CouplingSpec {
    @Override
    public int parametersPerChannel() {
      return 2;
    }
  }
}
