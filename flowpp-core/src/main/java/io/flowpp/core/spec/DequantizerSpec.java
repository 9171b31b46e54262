package io.flowpp.core.spec;

/** Where u in [0,1)^D comes from, given the integer image x (Flow++ §3.1). */
public sealed interface DequantizerSpec {
  /** u ~ U[0,1)^D: log q(u|x) = 0. */
  record Uniform() implements DequantizerSpec {}

  /**
   * u = q_x(eps), eps ~ N(0,I): a conditional flow on checkerboard halves, conditioned on a context
   * network of x.
   *
   * @param contextFilters channels of the context network, 32 in the paper
   * @param contextBlocks gated convolutions of the context network, 3 in the CIFAR family
   */
  record Variational(
      int contextFilters,
      int contextBlocks,
      int couplings,
      boolean pointwise,
      CouplingSpec coupling)
      implements DequantizerSpec {}
}
