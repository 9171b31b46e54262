package io.flowpp.platform.compare.statistics;

/**
 * Two models on the same images: what can be said of these two models, and nothing of the methods
 * that they are one seed of.
 *
 * @param delta mean over images of the first less the second
 * @param interval of {@code delta} over images, by bootstrap of the pairs
 * @param wilcoxonP of Wilcoxon's signed ranks, two-sided
 * @param images pairs
 */
public record ImagePairs(double delta, Interval interval, double wilcoxonP, int images) {

  /**
   * @param first scores by image
   * @param second of the same images in the same order
   * @param seed of the bootstrap: equal seeds give equal intervals
   */
  public static ImagePairs of(double[] first, double[] second, double level, long seed) {
    throw new UnsupportedOperationException("not computed yet");
  }
}
