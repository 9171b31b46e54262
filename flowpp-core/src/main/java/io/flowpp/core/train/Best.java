package io.flowpp.core.train;

import io.flowpp.core.spec.TrainingSpec;
import java.util.List;
import java.util.OptionalInt;

/** What a training's validations say about when to stop, and about which weights were best. */
final class Best {
  private Best() {}

  /** The step of the first lowest validation up to {@code step}; empty where none was finite. */
  static OptionalInt step(List<TrainingListener.Validation> validations, int step) {
    TrainingListener.Validation best = null;
    for (TrainingListener.Validation each : validations) {
      boolean counts = each.step() <= step && Double.isFinite(each.bitsPerDim());
      if (counts && (best == null || each.bitsPerDim() < best.bitsPerDim())) {
        best = each;
      }
    }
    return best == null ? OptionalInt.empty() : OptionalInt.of(best.step());
  }

  /** Whether the last validations in a row, as many as the patience, brought no new best one. */
  static boolean isPatienceOver(
      TrainingSpec training, List<TrainingListener.Validation> validations) {
    if (training.patience() == 0 || validations.isEmpty()) {
      return false;
    }
    int best = step(validations, Integer.MAX_VALUE).orElse(0);
    return validations.stream().filter(v -> v.step() > best).count() >= training.patience();
  }
}
