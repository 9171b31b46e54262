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
  record MixtureOfLogistics(int components, ConditionerSpec conditioner, Arithmetic arithmetic)
      implements CouplingSpec {
    /**
     * @throws SpecException if there is no component
     */
    public MixtureOfLogistics {
      SpecException.requirePositive("components", components);
    }

    /** In the precision of the network. */
    public MixtureOfLogistics(int components, ConditionerSpec conditioner) {
      this(components, conditioner, Arithmetic.AS_NETWORK);
    }

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
