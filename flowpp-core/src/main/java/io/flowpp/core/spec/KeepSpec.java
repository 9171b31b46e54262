package io.flowpp.core.spec;

import java.util.List;

/**
 * Which checkpoints stay, besides the best one.
 *
 * @param last how many of the newest
 * @param every a multiple of this many steps is kept for good; 0 for none
 * @param named steps that are kept for good under a name
 */
public record KeepSpec(int last, int every, List<Named> named) {
  public static final KeepSpec USUAL = new KeepSpec(2, 0, List.of());

  /**
   * @throws SpecException if fewer than two are kept: the newest may hold what led to a divergence
   */
  public KeepSpec {
    if (last < 2) {
      throw new SpecException(
          "2 checkpoints or more are kept, not " + last + ": the newest may be past the fault");
    }
    SpecException.requireNotNegative("steps between kept checkpoints", every);
    named = List.copyOf(named);
  }

  /** A step with a name. */
  public record Named(String name, int step) {}

  /** Whether the checkpoint of {@code step} is kept for good. */
  public boolean forGood(int step) {
    return every > 0 && step > 0 && step % every == 0;
  }
}
