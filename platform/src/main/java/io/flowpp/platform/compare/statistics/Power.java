package io.flowpp.platform.compare.statistics;

import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * How likely two arms of n seeds are told apart by Student's two-sided t test.
 *
 * <p>With a true difference of d standard deviations the statistic follows the noncentral t of 2n -
 * 2 = k degrees of freedom and noncentrality D = d sqrt(n / 2), which is {@code (Z + D) / S} with Z
 * normal and {@code k S^2} chi-squared of k degrees, independent of each other (Johnson, Kotz &amp;
 * Balakrishnan, Continuous Univariate Distributions 2, 1995, chapter 31). So
 *
 * <pre>power = integral of f(S) (Phi(D - c S) + Phi(-D - c S)) dS,   c = t(1 - level / 2, k)</pre>
 *
 * <p>taken by the trapezoidal rule in log S^2, where the integrand is smooth and dies away at both
 * ends, so that the error falls faster than any power of the step. Welch's test has fewer degrees
 * of freedom than k, and so a little less power where n is below five or spreads differ.
 */
final class Power {
  private static final int STEPS = 256;

  /** Probability of the spread that is left out at either end. */
  private static final double TAIL = 1e-12;

  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  private Power() {}

  /**
   * @param seeds an arm, at least 2
   * @param effect the true difference in standard deviations of an arm's seeds; may be infinite
   */
  static double ofTwoSided(int seeds, double effect, double level) {
    double degrees = 2.0 * seeds - 2;
    double shift = effect * Math.sqrt(seeds / 2.0);
    double critical = TDistribution.of(degrees).inverseSurvivalProbability(level / 2);
    ChiSquaredDistribution squares = ChiSquaredDistribution.of(degrees);
    double low = Math.log(squares.inverseCumulativeProbability(TAIL));
    double high = Math.log(squares.inverseSurvivalProbability(TAIL));
    double step = (high - low) / STEPS;
    double sum = 0;
    for (int i = 0; i <= STEPS; i++) {
      double square = Math.exp(low + i * step);
      double bound = critical * Math.sqrt(square / degrees);
      double found = NORMAL.survivalProbability(bound - shift);
      double wrongSide = NORMAL.survivalProbability(bound + shift);
      sum += squares.density(square) * square * (found + wrongSide);
    }
    return Math.min(1, sum * step);
  }

  /**
   * The fewest seeds an arm, at least 2, whose power is {@code power} or more; {@code most + 1}
   * where {@code most} are too few.
   */
  static int seeds(double effect, double level, double power, int most) {
    int tooFew = 1;
    int enough = most + 1;
    while (enough - tooFew > 1) {
      int middle = (tooFew + enough) >>> 1;
      if (ofTwoSided(middle, effect, level) >= power) {
        enough = middle;
      } else {
        tooFew = middle;
      }
    }
    return enough;
  }
}
