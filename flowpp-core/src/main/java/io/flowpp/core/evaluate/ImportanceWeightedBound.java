package io.flowpp.core.evaluate;

import java.util.Arrays;

/**
 * The bound on log P(x) of one image from N draws of its noise: log 1/N Σ exp(r_i) with log-ratios
 * r_i = log p(x+u_i) - log q(u_i|x) (Burda, Grosse and Salakhutdinov 2016). All in nats and
 * float64; exponentials are of differences from the largest.
 *
 * <p>Where the ratios' variance is infinite (q lighter in its tails than p) the mean is still right
 * in expectation, but its error is not to be read off the draws: {@link #effectiveSamples} says how
 * many of them carry the sum.
 */
public final class ImportanceWeightedBound {
  private final double[] logRatios;

  private ImportanceWeightedBound(double[] logRatios) {
    this.logRatios = logRatios;
  }

  /**
   * @param logRatios at least one, in the order of the draws; minus infinity is a draw without
   *     weight
   * @throws IllegalArgumentException if there is none, or one is NaN or plus infinity
   */
  public static ImportanceWeightedBound of(double... logRatios) {
    if (logRatios.length == 0) {
      throw new IllegalArgumentException("a bound takes at least one draw");
    }
    for (int i = 0; i < logRatios.length; i++) {
      if (!(logRatios[i] < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "draw " + i + " of " + logRatios.length + " has the log-ratio " + logRatios[i]);
      }
    }
    return new ImportanceWeightedBound(logRatios.clone());
  }

  /** N. */
  public int samples() {
    return logRatios.length;
  }

  /** log 1/N Σ exp(r_i). */
  public double nats() {
    double max = max();
    if (max == Double.NEGATIVE_INFINITY) {
      return max;
    }
    double sum = 0;
    for (double r : logRatios) {
      sum += Math.exp(r - max);
    }
    return max + Math.log(sum / logRatios.length);
  }

  /** The mean of the one-sample bounds, 1/N Σ r_i: the evidence lower bound of these draws. */
  public double meanOfOne() {
    double mean = 0;
    for (double r : logRatios) {
      mean += r / logRatios.length;
    }
    return mean;
  }

  /**
   * What fewer draws would have given: entry j is the mean, over the N/k disjoint blocks of k = 2^j
   * neighbouring draws, of their k-sample bounds, for every k that divides N.
   *
   * <p>Where N is a power of two the entries never fall, to the last bit: a block's bound is that
   * of its halves' mean plus a number that is not negative, and means are taken along the same
   * tree.
   */
  public double[] ofBlocks() {
    int levels = 1 + Integer.numberOfTrailingZeros(logRatios.length);
    double[] means = new double[levels];
    double[] blocks = logRatios;
    for (int level = 0; level < levels; level++) {
      if (level > 0) {
        blocks = paired(blocks);
      }
      means[level] = mean(blocks);
    }
    return means;
  }

  /**
   * (Σw)²/Σw² of the weights w_i = exp(r_i), from 1 (one draw carries all) to N (all weigh the
   * same).
   */
  public double effectiveSamples() {
    double max = max();
    if (max == Double.NEGATIVE_INFINITY) {
      return logRatios.length;
    }
    double sum = 0;
    double squares = 0;
    for (double r : logRatios) {
      double w = Math.exp(r - max);
      sum += w;
      squares += w * w;
    }
    return sum * sum / squares;
  }

  /**
   * The standard error of {@link #nats}, to first order: the relative one of the mean weight,
   * sqrt((N/ESS - 1) / (N - 1)). Infinite for one draw.
   */
  public double standardError() {
    int n = logRatios.length;
    return n == 1
        ? Double.POSITIVE_INFINITY
        : Math.sqrt(Math.max(0, n / effectiveSamples() - 1) / (n - 1));
  }

  private double max() {
    return Arrays.stream(logRatios).max().orElseThrow();
  }

  /** The log-mean-exp of each pair of neighbours. */
  private static double[] paired(double[] values) {
    double[] pairs = new double[values.length / 2];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = logMeanExp(values[2 * i], values[2 * i + 1]);
    }
    return pairs;
  }

  /** (a + b)/2 + log cosh((a - b)/2), which is never below (a + b)/2. */
  private static double logMeanExp(double a, double b) {
    if (a == Double.NEGATIVE_INFINITY || b == Double.NEGATIVE_INFINITY) {
      return Math.max(a, b) - Math.log(2);
    }
    return half(a, b) + logCosh(a / 2 - b / 2);
  }

  private static double logCosh(double x) {
    double t = Math.abs(x);
    if (t < 1) {
      double s = Math.sinh(t / 2);
      return Math.log1p(2 * s * s); // cosh t = 1 + 2 sinh²(t/2): no digits lost near 0
    }
    return t + Math.log1p(Math.exp(-2 * t)) - Math.log(2);
  }

  private static double mean(double[] values) {
    double[] level = values;
    while (level.length > 1 && level.length % 2 == 0) {
      double[] means = new double[level.length / 2];
      for (int i = 0; i < means.length; i++) {
        means[i] = half(level[2 * i], level[2 * i + 1]);
      }
      level = means;
    }
    double sum = 0;
    for (double v : level) {
      sum += v;
    }
    return sum / level.length;
  }

  private static double half(double a, double b) {
    return a / 2 + b / 2;
  }
}
