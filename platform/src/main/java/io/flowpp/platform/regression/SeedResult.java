package io.flowpp.platform.regression;

import io.flowpp.core.evaluate.SampleGrid;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the run of one seed came to.
 *
 * @param metrics those in bits per dimension
 */
public record SeedResult(
    long seed, String weightsSha256, Map<String, Double> metrics, Pixels samples) {
  public SeedResult {
    metrics = new TreeMap<>(metrics);
  }

  /**
   * Sampled images, as shares of the pixels' range.
   *
   * @param leak share of the samples with a value outside of the range
   * @param mean of all values
   * @param spread their standard deviation
   */
  public record Pixels(double leak, double mean, double spread) {
    private static final double RANGE = 255;

    static Pixels of(SampleGrid grid) {
      double sum = 0;
      double squares = 0;
      for (byte pixel : grid.pixels()) {
        double value = Byte.toUnsignedInt(pixel) / RANGE;
        sum += value;
        squares += value * value;
      }
      int count = grid.pixels().length;
      double mean = sum / count;
      return new Pixels(grid.leak(), mean, Math.sqrt(Math.max(0, squares / count - mean * mean)));
    }
  }
}
