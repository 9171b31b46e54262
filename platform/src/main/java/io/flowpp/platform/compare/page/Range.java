package io.flowpp.platform.compare.page;

import java.util.stream.DoubleStream;

/** What an axis has to show, never of zero width. */
record Range(double low, double high) {
  private static final double PAD = .08;

  /** Around all finite values; from 0 to 1 where there is none. */
  static Range around(DoubleStream values) {
    double[] finite = values.filter(Double::isFinite).toArray();
    if (finite.length == 0) {
      return new Range(0, 1);
    }
    double low = DoubleStream.of(finite).min().orElseThrow();
    double high = DoubleStream.of(finite).max().orElseThrow();
    double least = 1e-3 * Math.max(1e-3, Math.max(Math.abs(low), Math.abs(high)));
    double pad = Math.max(PAD * (high - low), least);
    return new Range(low - pad, high + pad);
  }

  /** From zero, for what is counted or spent. */
  static Range upTo(double most) {
    return new Range(0, Double.isFinite(most) && most > 0 ? most : 1);
  }
}
