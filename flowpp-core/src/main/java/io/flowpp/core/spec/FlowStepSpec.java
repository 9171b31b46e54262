package io.flowpp.core.spec;

/** One step of a multi-scale flow. */
public sealed interface FlowStepSpec {
  /**
   * {@code count} times (Norm, Pointwise if asked, coupling, flip) on the two halves of a split,
   * then the split undone.
   */
  record Couplings(SplitKind split, int count, boolean pointwise, CouplingSpec coupling)
      implements FlowStepSpec {
    /**
     * @throws SpecException if the number of couplings is negative
     */
    public Couplings {
      SpecException.requireNotNegative("couplings of a group", count);
    }
  }

  /** Folds 2x2 pixels into channels: [B,H,W,C] to [B,H/2,W/2,4C]. */
  record SpaceToDepth() implements FlowStepSpec {}
}
