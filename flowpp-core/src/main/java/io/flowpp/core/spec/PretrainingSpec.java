package io.flowpp.core.spec;

import java.util.List;

/** How the dequantizer is prepared before the joint training. */
public sealed interface PretrainingSpec {
  /** Joint from the first step, as in the paper. */
  record None() implements PretrainingSpec {}

  /**
   * Minimise KL(q || U[0,1)^D) = E log q(u|x): joint training then starts near the uniform bound.
   */
  record TowardsUniform(TrainingSpec training) implements PretrainingSpec {}

  /**
   * Train q jointly with a small proxy flow of the same family by the same bound, then drop the
   * proxy.
   */
  record WithProxy(List<FlowStepSpec> proxy, TrainingSpec training) implements PretrainingSpec {
    public WithProxy {
      proxy = List.copyOf(proxy);
    }
  }
}
