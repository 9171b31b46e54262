package io.flowpp.platform.compare.statistics;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * A number known up to an error that follows Student's t: {@code (value - truth) / standardError ~
 * t(degreesOfFreedom)}.
 *
 * <p>A standard error of 0 is taken at its word, as the limit of the formulas: the interval is the
 * value alone, and what the value contradicts has p = 0. That is right for what is computed without
 * chance, and too sure of itself for values that were rounded until they agreed.
 *
 * @param degreesOfFreedom without meaning where the standard error is 0
 */
record Estimate(double value, double standardError, double degreesOfFreedom) {
  Estimate {
    if (!Double.isFinite(value) || !Double.isFinite(standardError)) {
      throw new IllegalArgumentException(
          "values too large or too far apart to be subtracted: a difference of "
              + value
              + " with a standard error of "
              + standardError);
    }
  }

  /** The mean of {@code values}, of which there are at least two. */
  static Estimate mean(List<Double> values) {
    Sample sample = Sample.of(values);
    return new Estimate(sample.mean(), sample.standardError(), sample.size() - 1);
  }

  /** The mean of {@code second[i] - first[i]}; lists of one length, at least two. */
  static Estimate paired(List<Double> first, List<Double> second) {
    return mean(
        IntStream.range(0, first.size()).mapToObj(i -> second.get(i) - first.get(i)).toList());
  }

  /**
   * Mean of {@code second} less mean of {@code first}, whose spreads may differ: Welch (1947), with
   * the degrees of freedom {@code 1 / (a^2 / (n1 - 1) + b^2 / (n2 - 1))}, where a and b = 1 - a are
   * the parts of both means in the squared standard error.
   */
  static Estimate welch(List<Double> first, List<Double> second) {
    Sample one = Sample.of(first);
    Sample two = Sample.of(second);
    double error = Math.hypot(one.standardError(), two.standardError());
    double part = error == 0 ? 0.5 : one.standardError() / error;
    double a = part * part;
    double b = 1 - a;
    double degrees = 1 / (a * a / (one.size() - 1) + b * b / (two.size() - 1));
    return new Estimate(two.mean() - one.mean(), error, degrees);
  }

  /** Misses the truth with probability {@code level}, half of it on each side. */
  Interval interval(double level) {
    if (standardError == 0) {
      return new Interval(value, value);
    }
    double reach =
        TDistribution.of(degreesOfFreedom).inverseSurvivalProbability(level / 2) * standardError;
    return new Interval(value - reach, value + reach);
  }

  /** p of "the truth is 0", two-sided. */
  double pDiffers() {
    return value == 0 ? 1 : Math.min(1, 2 * Math.min(pAbove(0), pBelow(0)));
  }

  /** p of "the truth is {@code bound} or less": small where the truth is likely above. */
  double pAbove(double bound) {
    if (standardError == 0) {
      return value > bound ? 0 : 1;
    }
    return TDistribution.of(degreesOfFreedom).survivalProbability((value - bound) / standardError);
  }

  /** p of "the truth is {@code bound} or more": small where the truth is likely below. */
  double pBelow(double bound) {
    return new Estimate(-value, standardError, degreesOfFreedom).pAbove(-bound);
  }
}
