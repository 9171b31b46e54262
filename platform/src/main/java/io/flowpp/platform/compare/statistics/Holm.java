package io.flowpp.platform.compare.statistics;

import java.util.stream.IntStream;

/**
 * p values of a family, corrected after Holm (1979): the smallest is multiplied by their number m,
 * the next one by m - 1, and so on, none above 1 and none below one that was smaller. Rejecting
 * what is below the level then errs anywhere in the family with at most the level's probability,
 * however the tests depend on each other; these share a baseline.
 */
final class Holm {
  private Holm() {}

  /** In the order of {@code p}. */
  static double[] adjust(double[] p) {
    int[] order =
        IntStream.range(0, p.length)
            .boxed()
            .sorted((a, b) -> Double.compare(p[a], p[b]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] adjusted = new double[p.length];
    double atLeast = 0;
    for (int rank = 0; rank < p.length; rank++) {
      atLeast = Math.max(atLeast, Math.min(1, (p.length - rank) * p[order[rank]]));
      adjusted[order[rank]] = atLeast;
    }
    return adjusted;
  }
}
