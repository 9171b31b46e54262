package io.flowpp.platform.report;

import io.flowpp.core.evaluate.ImageScore;
import io.flowpp.platform.report.Surface.Anchor;
import io.flowpp.platform.report.Surface.Ink;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How many test images cost how many bits/dim, with the mean marked. */
final class Histogram {
  private static final int BINS = 30;
  private static final int SIDE = 12;
  private static final int TOP = 24;
  private static final int BOTTOM = 38;

  private Histogram() {}

  static String svg(List<ImageScore> scores, int width, int height) {
    double[] values =
        scores.stream()
            .mapToDouble(ImageScore::bitsPerDim)
            .filter(Double::isFinite)
            .sorted()
            .toArray();
    SvgSurface surface =
        new SvgSurface(
            "histogram-" + width, width, height, "Histogram of bits/dim over the test images");
    if (values.length == 0) {
      surface.text(
          Ink.LABEL, width / 2.0, height / 2.0, Anchor.MIDDLE, "no image has a finite score");
      return surface.svg();
    }
    double spread = Math.max(values[values.length - 1] - values[0], 1e-3);
    Axis x =
        new Axis(
            values[0] - 0.02 * spread,
            values[values.length - 1] + 0.02 * spread,
            SIDE,
            width - SIDE);
    int[] counts = new int[BINS];
    for (double v : values) {
      counts[Math.min(BINS - 1, (int) ((v - x.low()) / (x.high() - x.low()) * BINS))]++;
    }
    Axis y = new Axis(0, Arrays.stream(counts).max().orElseThrow(), height - BOTTOM, TOP);
    double bin = (double) (width - 2 * SIDE) / BINS;
    for (int i = 0; i < BINS; i++) {
      double top = y.pixel(counts[i]);
      surface.bar(Ink.BAR, SIDE + i * bin + 0.5, top, bin - 1, height - BOTTOM - top);
    }
    int across = width < 500 ? 4 : 7;
    for (double tick : x.ticks(across)) {
      surface.text(
          Ink.LABEL, x.pixel(tick), height - BOTTOM + 16, Anchor.MIDDLE, x.label(tick, across));
    }
    surface.line(Ink.AXIS, SIDE, height - BOTTOM, width - SIDE, height - BOTTOM);
    surface.text(Ink.LABEL, width / 2.0, height - 5, Anchor.MIDDLE, "bits/dim of one image");
    double mean = Arrays.stream(values).average().orElseThrow();
    surface.line(Ink.MARK, x.pixel(mean), TOP - 6, x.pixel(mean), height - BOTTOM);
    surface.text(
        Ink.LABEL,
        x.pixel(mean),
        TOP - 10,
        Anchor.MIDDLE,
        String.format(Locale.ROOT, "mean %.3f", mean));
    return surface.svg();
  }
}
