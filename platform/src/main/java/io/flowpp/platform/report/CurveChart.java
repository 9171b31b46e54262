package io.flowpp.platform.report;

import io.flowpp.platform.report.Surface.Anchor;
import io.flowpp.platform.report.Surface.Ink;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Bits per dimension against the step: each batch faint, their mean, the validations, and what
 * simple coders reach as levels. The first steps lie far above everything else and are cut off,
 * since what a reader compares is near the end.
 */
final class CurveChart {
  private static final int LEFT = 46;
  private static final int RIGHT = 10;
  private static final int TOP = 22;
  private static final int BOTTOM = 40;
  private static final double LABEL_HEIGHT = 14;

  /** A horizontal line with a name. */
  record Level(String name, double value) {}

  private final Series raw;
  private final Series mean;
  private final Series validation;
  private final List<Level> levels;

  CurveChart(ReportInput.Curve curve, List<Level> levels) {
    Series all = Series.ofSteps(curve.steps());
    this.raw = all.thinned();
    this.mean = all.smoothed().thinned();
    this.validation = Series.ofValidations(curve.validations());
    this.levels =
        levels.stream()
            .filter(l -> Double.isFinite(l.value()))
            .sorted(Comparator.comparingDouble(Level::value))
            .toList();
  }

  String svg(String id, int width, int height, String description) {
    SvgSurface surface = new SvgSurface(id, width, height, description);
    draw(surface, width, height);
    return surface.svg();
  }

  void draw(Surface surface, int width, int height) {
    Axis x = new Axis(0, lastStep(), LEFT, width - RIGHT);
    double[] range = range();
    Axis y = new Axis(range[0], range[1], height - BOTTOM, TOP);
    surface.clip(LEFT, TOP, width - LEFT - RIGHT, height - TOP - BOTTOM);
    grid(surface, x, y, width, height);
    line(surface, Ink.RAW, raw, x, y);
    levels(surface, x, y);
    line(surface, Ink.TRAIN, mean, x, y);
    line(surface, Ink.VALIDATION, validation, x, y);
    for (int i = 0; i < validation.size(); i++) {
      surface.dot(Ink.VALIDATION, x.pixel(validation.x()[i]), y.pixel(validation.y()[i]));
    }
  }

  /** Above the frame, for a figure that stands without a page around it. */
  static void legend(Surface surface) {
    Ink[] inks = {Ink.RAW, Ink.TRAIN, Ink.VALIDATION};
    String[] names = {"each batch", "mean of batches", "validation, averaged weights"};
    double x = 120;
    for (int i = 0; i < inks.length; i++) {
      surface.line(inks[i], x, 9, x + 22, 9);
      surface.text(Ink.LABEL, x + 28, 13, Anchor.START, names[i]);
      x += 150;
    }
  }

  private double lastStep() {
    double last = 1;
    for (Series s : List.of(raw, validation)) {
      last = s.size() == 0 ? last : Math.max(last, s.x()[s.size() - 1]);
    }
    return last;
  }

  private double[] range() {
    List<Double> shown = new ArrayList<>(levels.stream().map(Level::value).toList());
    if (mean.size() > 0) {
      shown.add(mean.quantile(0));
      shown.add(mean.quantile(levels.isEmpty() ? 0.95 : 0.7));
    }
    if (validation.size() > 0) {
      shown.add(validation.quantile(0));
      shown.add(validation.quantile(0.5));
    }
    if (shown.isEmpty()) {
      return new double[] {0, 8};
    }
    double low = shown.stream().mapToDouble(d -> d).min().orElseThrow();
    double high = shown.stream().mapToDouble(d -> d).max().orElseThrow();
    double pad = Math.max(0.12 * (high - low), 0.01);
    return new double[] {low - pad, high + pad};
  }

  private static void grid(Surface surface, Axis x, Axis y, int width, int height) {
    int across = width < 500 ? 4 : 8;
    for (double tick : y.ticks(6)) {
      surface.line(Ink.GRID, LEFT, y.pixel(tick), width - RIGHT, y.pixel(tick));
      surface.text(Ink.LABEL, LEFT - 7, y.pixel(tick) + 4, Anchor.END, y.label(tick, 6));
    }
    for (double tick : x.ticks(across)) {
      surface.text(
          Ink.LABEL,
          x.pixel(tick),
          height - BOTTOM + 17,
          tick > 0.95 * x.high() ? Anchor.END : Anchor.MIDDLE,
          x.label(tick, across));
    }
    surface.line(Ink.AXIS, LEFT, height - BOTTOM, width - RIGHT, height - BOTTOM);
    surface.text(Ink.LABEL, (LEFT + width - RIGHT) / 2.0, height - 6, Anchor.MIDDLE, "step");
    surface.text(Ink.LABEL, 4, 13, Anchor.START, "bits/dim");
  }

  private static void line(Surface surface, Ink ink, Series series, Axis x, Axis y) {
    if (series.size() == 0) {
      return;
    }
    double[] px = new double[series.size()];
    double[] py = new double[series.size()];
    for (int i = 0; i < px.length; i++) {
      px[i] = x.pixel(series.x()[i]);
      py[i] = y.pixel(series.y()[i]);
    }
    surface.polyline(ink, px, py);
  }

  /**
   * Names stand above their lines at the right end; a name that would touch the one below moves up.
   */
  private void levels(Surface surface, Axis x, Axis y) {
    double lowest = Double.POSITIVE_INFINITY;
    for (Level level : levels) {
      double at = y.pixel(level.value());
      surface.line(Ink.FLOOR, x.fromPixel(), at, x.toPixel(), at);
      double baseline = Math.min(at - 4, lowest - LABEL_HEIGHT);
      surface.text(
          Ink.FLOOR,
          x.toPixel(),
          baseline,
          Anchor.END,
          level.name() + " " + String.format(Locale.ROOT, "%.3f", level.value()));
      lowest = baseline;
    }
  }
}
