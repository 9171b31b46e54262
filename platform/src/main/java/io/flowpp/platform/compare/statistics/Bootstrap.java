package io.flowpp.platform.compare.statistics;

import io.flowpp.core.random.CounterRandom;
import io.flowpp.core.random.Seeds;
import java.util.Arrays;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The interval of a mean by resampling, corrected for bias and skewness: BCa of Efron (1987).
 *
 * <p>With the resampled means sorted, its ends are their quantiles at {@code Phi(z0 + (z0 + z) / (1
 * - a (z0 + z)))} for z = -+{@code Phi^-1(1 - level / 2)}, where {@code z0 = Phi^-1(share of means
 * below the mean)} and {@code a = sum d^3 / (6 (sum d^2)^1.5)} of the deviations d, which is what
 * leaving out one value at a time comes to for a mean.
 */
final class Bootstrap {
  static final int RESAMPLES = 2000;

  /** Below it the ends would be among the outermost ten resamples, which are chance. */
  private static final double LEAST_LEVEL = 20.0 / RESAMPLES;

  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  private Bootstrap() {}

  /**
   * Of the mean of what {@code deviations} are the deviations of, less that mean.
   *
   * @param deviations their mean is 0
   * @param level by which the interval misses: .05 for one of 95%
   */
  static Interval ofMean(double[] deviations, double level, long seed) {
    if (!(level >= LEAST_LEVEL && level < 1)) {
      throw new IllegalArgumentException(
          "a level from " + LEAST_LEVEL + " to 1 for " + RESAMPLES + " resamples, not " + level);
    }
    double largest = Arrays.stream(deviations).map(Math::abs).max().orElse(0);
    if (largest == 0) {
      return new Interval(0, 0);
    }
    double[] means = means(deviations, seed);
    double bias = NORMAL.inverseCumulativeProbability(shareBelowZero(means));
    double acceleration = acceleration(deviations, largest);
    double z = NORMAL.inverseCumulativeProbability(level / 2);
    return new Interval(
        quantile(means, corrected(bias, acceleration, z)),
        quantile(means, corrected(bias, acceleration, -z)));
  }

  private static double[] means(double[] deviations, long seed) {
    double[] means = new double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      long resample = Seeds.derive(seed, "image-bootstrap", i);
      double sum = 0;
      for (int k = 0; k < deviations.length; k++) {
        sum += deviations[CounterRandom.below(resample, k, deviations.length)];
      }
      means[i] = sum / deviations.length;
    }
    Arrays.sort(means);
    return means;
  }

  /** Kept off 0 and 1, where the correction would be infinite. */
  private static double shareBelowZero(double[] means) {
    double below = 0;
    for (double mean : means) {
      below += mean < 0 ? 1 : mean == 0 ? 0.5 : 0;
    }
    return Math.min(Math.max(below, 0.5), means.length - 0.5) / means.length;
  }

  /** At most 1/6 in size, so that the correction's denominator stays above 0. */
  private static double acceleration(double[] deviations, double largest) {
    double squares = 0;
    double cubes = 0;
    for (double deviation : deviations) {
      double part = deviation / largest;
      squares += part * part;
      cubes += part * part * part;
    }
    return cubes / (6 * squares * Math.sqrt(squares));
  }

  private static double corrected(double bias, double acceleration, double z) {
    return NORMAL.cumulativeProbability(bias + (bias + z) / (1 - acceleration * (bias + z)));
  }

  /** Between the resamples beside rank {@code (RESAMPLES + 1) share}. */
  private static double quantile(double[] sorted, double share) {
    double rank = Math.min(Math.max((sorted.length + 1) * share - 1, 0), sorted.length - 1);
    int below = Math.min((int) rank, sorted.length - 2);
    double part = rank - below;
    return sorted[below] * (1 - part) + sorted[below + 1] * part;
  }
}
