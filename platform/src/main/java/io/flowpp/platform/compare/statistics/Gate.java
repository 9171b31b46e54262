package io.flowpp.platform.compare.statistics;

import java.util.List;

/**
 * Whether values have left a tolerance around those of a baseline, in at most {@link #LOOKS} looks:
 * the second one with more seeds, and only where the first could not decide.
 *
 * @param tolerance differences of means up to it are accepted, in the unit of the values
 * @param sides which differences beyond it are bad
 * @param level probability of a false red of this check, both looks together, where the true
 *     difference is no more than the tolerance
 */
public record Gate(double tolerance, Sides sides, double level) {
  public static final int LOOKS = 2;

  /** Which differences beyond the tolerance are bad. */
  public enum Sides {
    /** Higher fails; lower is to be investigated, since it is too good to be believed unseen. */
    HIGHER_FAILS_LOWER_IS_SUSPECT,
    /** Higher fails; lower passes. */
    HIGHER_FAILS,
    /** Both fail. */
    BOTH_FAIL
  }

  /** What a look comes to. */
  public enum Decision {
    PASS,
    FAIL,
    INVESTIGATE
  }

  /**
   * @param delta mean now less mean of the baseline
   * @param interval of {@code delta}: inside the tolerance it passes
   */
  public record Outcome(Decision decision, double delta, Interval interval) {}

  /**
   * @param baseline one value a seed (or repeat)
   * @param now of the same seeds in the same order, as far as both go
   * @param look 1 or 2
   */
  public Outcome judge(List<Double> baseline, List<Double> now, int look) {
    throw new UnsupportedOperationException("not computed yet");
  }
}
