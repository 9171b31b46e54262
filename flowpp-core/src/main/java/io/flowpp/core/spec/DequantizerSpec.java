package io.flowpp.core.spec;

/** Where u in [0,1)^D comes from, given the integer image x (Flow++ §3.1). */
public sealed interface DequantizerSpec {
  /** u ~ U[0,1)^D: log q(u|x) = 0. */
  record Uniform() implements DequantizerSpec {}

  /**
   * u = q_x(eps), eps ~ N(0,I): a conditional flow on checkerboard halves, conditioned on a network
   * of x.
   *
   * <p>The authors' ImageNet-32 dequantizer splits into halves twice, with four couplings each;
   * that is one split with eight, since joining and splitting again changes nothing.
   */
  record Variational(ContextSpec context, int couplings, boolean pointwise, CouplingSpec coupling)
      implements DequantizerSpec {
    /**
     * @throws SpecException if the number of couplings is negative
     */
    public Variational {
      SpecException.requireNotNegative("couplings of the dequantizer", couplings);
    }
  }
}
