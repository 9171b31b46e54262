package io.flowpp.platform.compare.statistics;

import java.util.List;

/**
 * Mean and standard deviation of values. Equal values have a standard deviation of exactly 0, and
 * squares are taken of numbers near 1, so that neither 1e-200 nor 1e200 is lost in them.
 *
 * @param size at least 2
 * @param deviation with {@code size - 1} below the sum
 */
record Sample(int size, double mean, double deviation) {

  static Sample of(List<Double> values) {
    double first = values.get(0);
    double[] shifted = values.stream().mapToDouble(value -> value - first).toArray();
    double sum = 0;
    for (double value : shifted) {
      sum += value;
    }
    double mean = sum / shifted.length;
    double largest = 0;
    for (double value : shifted) {
      largest = Math.max(largest, Math.abs(value - mean));
    }
    double squares = 0;
    for (double value : shifted) {
      double part = largest == 0 ? 0 : (value - mean) / largest;
      squares += part * part;
    }
    return new Sample(
        shifted.length, first + mean, largest * Math.sqrt(squares / (shifted.length - 1)));
  }

  /** Of the mean. */
  double standardError() {
    return deviation / Math.sqrt(size);
  }
}
