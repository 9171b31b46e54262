package io.flowpp.platform.compare.statistics;

import java.util.List;

/**
 * Whether values have left a tolerance around those of a baseline, in at most {@link #LOOKS} looks:
 * the second one with more seeds, and only where the first could not decide.
 *
 * <p>A seed is compared with itself: what only one side has enters nothing. Were lengths to differ,
 * Welch's p of .00005 would be wrong 30 times over where the shorter side has five times the
 * spread; so a baseline needs the seeds of the second look too.
 *
 * <ol>
 *   <li>All values equal: passes, whatever their number. On one platform a change that changes no
 *       arithmetic changes no bit, and needs no statistics.
 *   <li>One seed: to be investigated, since nothing is known of its spread.
 *   <li>Passes where the interval of the difference lies within the tolerance on the sides that
 *       matter. It is of 95% for both looks together.
 *   <li>Fails where "the difference is no more than the tolerance" has a p below the level.
 *   <li>Else, and where lower is suspect and it is lower, it is to be investigated.
 * </ol>
 *
 * <p>Passing and failing are each asked twice, by differences of pairs and by Welch, each with half
 * of the error. Pairs are exact at any level and know what a seed has in common before and after a
 * change, which is nearly everything after small changes and next to nothing after a few hundred
 * steps of rounding; Welch has up to twice the degrees of freedom, which decides among three seeds:
 * at p = .00005 it takes 16 standard errors instead of 100. Nobody knows beforehand which finds
 * more. The probability of a Welch p below .000025 is at most 1.4 times that where neither spread
 * is more than twice the other's, and up to five times at five times (docs/STATISTICS.md); pairs
 * that correlate make it careful.
 *
 * <p>Values without any spread are taken at their word, see {@link Estimate}: give them unrounded.
 *
 * @param tolerance differences of means up to it are accepted, in the unit of the values
 * @param sides which differences beyond it are bad
 * @param level probability of a false red of this check, both looks together, where the true
 *     difference is no more than the tolerance
 */
public record Gate(double tolerance, Sides sides, double level) {
  public static final int LOOKS = 2;

  /** With which an interval may miss a difference and let it pass, all looks together. */
  private static final double PASSING_LEVEL = 0.05;

  /** Pairs and Welch. */
  private static final int TESTS = 2;

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
   * @param delta mean now less mean of the baseline, over the seeds that both have
   * @param interval of {@code delta}: inside the tolerance it passes; infinite for one seed
   */
  public record Outcome(Decision decision, double delta, Interval interval) {}

  public Gate {
    if (!(tolerance >= 0 && tolerance < Double.POSITIVE_INFINITY && level > 0 && level < 1)) {
      throw new IllegalArgumentException(
          "a finite tolerance of at least 0 and a level between 0 and 1, not "
              + tolerance
              + " and "
              + level);
    }
  }

  /**
   * @param baseline one value a seed (or repeat)
   * @param now of the same seeds in the same order, as far as both go
   * @param look 1 or 2
   * @throws IllegalArgumentException where either is empty or has values that are not finite
   */
  public Outcome judge(List<Double> baseline, List<Double> now, int look) {
    if (look < 1 || look > LOOKS) {
      throw new IllegalArgumentException("look 1 to " + LOOKS + ", not " + look);
    }
    int seeds = Math.min(baseline.size(), now.size());
    List<Double> before = new SeedValues("baseline", baseline).values().subList(0, seeds);
    List<Double> after = new SeedValues("now", now).values().subList(0, seeds);
    if (before.equals(after)) {
      return new Outcome(Decision.PASS, 0, new Interval(0, 0));
    }
    if (seeds == 1) {
      return new Outcome(
          Decision.INVESTIGATE,
          after.get(0) - before.get(0),
          new Interval(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY));
    }
    return judge(Estimate.paired(before, after), Estimate.welch(before, after));
  }

  private Outcome judge(Estimate pairs, Estimate welch) {
    double passing = PASSING_LEVEL / LOOKS / TESTS;
    Interval interval = narrower(pairs.interval(passing), welch.interval(passing));
    Decision decision =
        within(interval)
            ? Decision.PASS
            : isBeyond(pairs) || isBeyond(welch) ? Decision.FAIL : Decision.INVESTIGATE;
    return new Outcome(decision, pairs.value(), interval);
  }

  /** Both are around the same difference, so the narrower one is what both agree on. */
  private static Interval narrower(Interval one, Interval two) {
    return one.high() - one.low() <= two.high() - two.low() ? one : two;
  }

  private boolean within(Interval interval) {
    return interval.high() <= tolerance
        && (sides == Sides.HIGHER_FAILS || interval.low() >= -tolerance);
  }

  private boolean isBeyond(Estimate estimate) {
    double share = level / LOOKS / TESTS;
    return switch (sides) {
      case HIGHER_FAILS, HIGHER_FAILS_LOWER_IS_SUSPECT -> estimate.pAbove(tolerance) < share;
      case BOTH_FAIL ->
          estimate.pAbove(tolerance) < share / 2 || estimate.pBelow(-tolerance) < share / 2;
    };
  }
}
