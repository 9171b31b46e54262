package io.flowpp.platform.compare.statistics;

import java.util.Arrays;
import org.apache.commons.statistics.inference.WilcoxonSignedRankTest;

/**
 * Two models on the same images: what can be said of these two models, and nothing of the methods
 * that they are one seed of.
 *
 * @param delta mean over images of the first less the second
 * @param interval of {@code delta} over images, by bootstrap of the pairs; infinite for one image
 * @param wilcoxonP of Wilcoxon's signed ranks (1945), two-sided; 1 where no image differs
 * @param images pairs
 */
public record ImagePairs(double delta, Interval interval, double wilcoxonP, int images) {

  /**
   * @param first scores by image
   * @param second of the same images in the same order
   * @param level by which the interval misses: .05 for one of 95%; at least .01
   * @param seed of the bootstrap: equal seeds give equal intervals
   * @throws IllegalArgumentException where there are no images, or not as many of both, or scores
   *     that are not finite
   */
  public static ImagePairs of(double[] first, double[] second, double level, long seed) {
    double[] differences = differences(first, second);
    double[] deviations = new double[differences.length];
    double delta = mean(differences);
    for (int i = 0; i < differences.length; i++) {
      deviations[i] = differences[i] - delta;
    }
    return new ImagePairs(
        delta,
        differences.length == 1
            ? new Interval(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY)
            : shifted(Bootstrap.ofMean(deviations, level, seed), delta),
        wilcoxonP(differences),
        differences.length);
  }

  private static double[] differences(double[] first, double[] second) {
    if (first.length != second.length || first.length == 0) {
      throw new IllegalArgumentException(
          "scores of the same images, at least one, not "
              + first.length
              + " of the first model and "
              + second.length
              + " of the second");
    }
    double[] differences = new double[first.length];
    for (int i = 0; i < first.length; i++) {
      differences[i] = first[i] - second[i];
      if (!Double.isFinite(differences[i])) {
        throw new IllegalArgumentException(
            "finite scores, not " + first[i] + " and " + second[i] + " of image " + i);
      }
    }
    return differences;
  }

  /** From the first value on, so that equal values have exactly their value as their mean. */
  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value - values[0];
    }
    return values[0] + sum / values.length;
  }

  private static Interval shifted(Interval interval, double by) {
    return new Interval(interval.low() + by, interval.high() + by);
  }

  private static double wilcoxonP(double[] differences) {
    boolean noneDiffers = Arrays.stream(differences).allMatch(difference -> difference == 0);
    return noneDiffers ? 1 : WilcoxonSignedRankTest.withDefaults().test(differences).getPValue();
  }
}
