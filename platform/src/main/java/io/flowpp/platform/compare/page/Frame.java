package io.flowpp.platform.compare.page;

import io.flowpp.platform.report.Axis;
import io.flowpp.platform.report.Surface;
import io.flowpp.platform.report.Surface.Anchor;
import io.flowpp.platform.report.Surface.Ink;

/** The rectangle in which curves and dots lie, with its grid and the names of its axes. */
record Frame(Axis x, Axis y) {
  private static final int RIGHT = 14;
  private static final int BELOW = 38;
  private static final int TICKS = 6;

  /** Below {@code top}, down to {@code bottom}, from edge to edge. */
  static Frame in(Range xs, Range ys, double left, double top, double right, double bottom) {
    Axis y = new Axis(ys.low(), ys.high(), bottom - BELOW, top + 20);
    double labels = 0;
    for (double tick : y.ticks(TICKS)) {
      labels = Math.max(labels, Chart.wide(y.label(tick, TICKS)));
    }
    return new Frame(new Axis(xs.low(), xs.high(), left + labels + 10, right - RIGHT), y);
  }

  /** Draws the frame, and clips what is drawn into it afterwards. */
  void draw(Surface surface, String xName, String yName) {
    double left = x.fromPixel();
    double right = x.toPixel();
    double bottom = y.fromPixel();
    for (double tick : y.ticks(TICKS)) {
      surface.line(Ink.GRID, left, y.pixel(tick), right, y.pixel(tick));
      surface.text(Ink.LABEL, left - 7, y.pixel(tick) + 4, Anchor.END, y.label(tick, TICKS));
    }
    int across = across();
    for (double tick : x.ticks(across)) {
      String label = x.label(tick, across);
      double half = Chart.wide(label) / 2;
      double middle = Math.min(x.pixel(tick), right + RIGHT - half);
      surface.line(Ink.AXIS, x.pixel(tick), bottom, x.pixel(tick), bottom + 4);
      surface.text(Ink.LABEL, middle, bottom + 17, Anchor.MIDDLE, label);
    }
    surface.line(Ink.AXIS, left, bottom, right, bottom);
    surface.text(Ink.LABEL, (left + right) / 2, bottom + BELOW - 5, Anchor.MIDDLE, xName);
    surface.text(
        Ink.LABEL,
        Math.max(0, left - Chart.wide("0.0000") - 10),
        y.toPixel() - 8,
        Anchor.START,
        yName);
    surface.clip(left, y.toPixel() - 4, right - left + 4, bottom - y.toPixel() + 8);
  }

  /** As many ticks as their labels have room for. */
  private int across() {
    int across = 8;
    while (across > 2
        && across * (Chart.wide(x.label(x.high(), across)) + 22) > x.toPixel() - x.fromPixel()) {
      across--;
    }
    return across;
  }
}
