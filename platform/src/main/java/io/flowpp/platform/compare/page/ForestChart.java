package io.flowpp.platform.compare.page;

import io.flowpp.platform.compare.Arm;
import io.flowpp.platform.compare.Comparison;
import io.flowpp.platform.compare.Comparison.Against;
import io.flowpp.platform.compare.Comparison.Row;
import io.flowpp.platform.compare.Comparison.Scope;
import io.flowpp.platform.compare.statistics.Interval;
import io.flowpp.platform.compare.statistics.Rules.Better;
import io.flowpp.platform.report.Axis;
import io.flowpp.platform.report.Surface;
import io.flowpp.platform.report.Surface.Anchor;
import io.flowpp.platform.report.Surface.Ink;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * The answer as a picture: each arm's difference from the baseline with its interval, zero as a
 * line, and the stretch in which differences do not matter. What is said of trained models alone is
 * hollow and interrupted.
 */
final class ForestChart implements Chart {
  private static final int TOP = 30;
  private static final int BELOW = 62;
  private static final int NAMES = 22;
  private static final int NARROW = 500;

  /** Intervals that reach further than this many times what there is to see are cut off. */
  private static final double REACH = 4;

  private record Line(String name, ArmStyle style, Against against) {}

  private final Comparison comparison;
  private final Numbers numbers;
  private final List<Line> lines = new ArrayList<>();

  ForestChart(Comparison comparison) {
    this.comparison = comparison;
    numbers = new Numbers(comparison);
    List<String> arms = comparison.arms().stream().map(Arm::name).toList();
    ShortNames names = new ShortNames(arms, NAMES);
    List<Row> rows = comparison.views().isEmpty() ? List.of() : comparison.views().get(0).rows();
    for (Row row : rows) {
      if (row.against() != null) {
        lines.add(
            new Line(
                names.of(row.group()),
                ArmStyle.of(Math.max(0, arms.indexOf(row.group()))),
                row.against()));
      }
    }
  }

  @Override
  public String name() {
    return "forest";
  }

  @Override
  public String description() {
    StringBuilder text = new StringBuilder("Differences from ").append(baseline());
    for (Line line : lines) {
      text.append("; ").append(line.name()).append(' ').append(figures(line.against()));
    }
    return text.toString();
  }

  @Override
  public int height(int width) {
    return TOP + BELOW + Math.max(1, lines.size()) * rowHeight(width);
  }

  @Override
  public void draw(Surface surface, int width) {
    boolean narrow = width < NARROW;
    double left = narrow ? 14 : 14 + Chart.CHARACTER * NAMES;
    double right = width - (narrow ? 14 : 300);
    Range range = range();
    Axis x = new Axis(range.low(), range.high(), left, right);
    ground(surface, x, height(width) - BELOW);
    if (lines.isEmpty()) {
      surface.text(
          Ink.LABEL, (left + right) / 2, TOP + 20, Anchor.MIDDLE, "nothing beside the baseline");
    }
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      double top = TOP + i * rowHeight(width);
      double middle = top + (narrow ? 30 : rowHeight(width) / 2.0);
      double words = narrow ? top + 14 : middle + 4;
      surface.text(Ink.BASELINE, 0, words, Anchor.START, line.name());
      String figures = figures(line.against());
      if (narrow) {
        surface.text(Ink.LABEL, width, words, Anchor.END, figures);
      } else {
        surface.text(Ink.BASELINE, right + 20, words, Anchor.START, figures);
        surface.text(Ink.LABEL, width, words, Anchor.END, Verdicts.words(line.against().verdict()));
      }
      mark(surface, x, middle, line);
    }
  }

  /** Margin, zero, ticks, and which side is the good one. */
  private void ground(Surface surface, Axis x, double bottom) {
    double margin = comparison.rules().margin();
    double from = Math.max(x.fromPixel(), x.pixel(-margin));
    double to = Math.min(x.toPixel(), x.pixel(margin));
    surface.bar(Ink.MARGIN, from, TOP, to - from, bottom - TOP);
    String within = "equivalent: within ±" + Numbers.plain(margin);
    double half = Chart.wide(within) / 2;
    double at = Math.max(x.fromPixel() + half, Math.min(x.toPixel() - half, x.pixel(0)));
    surface.text(Ink.LABEL, at, TOP - 9, Anchor.MIDDLE, within);
    for (double tick : x.ticks(5)) {
      surface.line(Ink.AXIS, x.pixel(tick), bottom, x.pixel(tick), bottom + 4);
      String label = x.label(tick, 5);
      surface.text(
          Ink.LABEL,
          x.pixel(tick),
          bottom + 17,
          Anchor.MIDDLE,
          Numbers.printed(tick > 0 ? "+" + label : label));
    }
    surface.line(Ink.AXIS, x.fromPixel(), bottom, x.toPixel(), bottom);
    surface.line(Ink.AXIS, x.pixel(0), TOP, x.pixel(0), bottom);
    boolean lower = comparison.rules().better() == Better.LOWER;
    surface.text(
        Ink.LABEL, x.fromPixel(), bottom + 35, Anchor.START, lower ? "← better" : "← worse");
    surface.text(Ink.LABEL, x.toPixel(), bottom + 35, Anchor.END, lower ? "worse →" : "better →");
    surface.text(Ink.LABEL, (x.fromPixel() + x.toPixel()) / 2, bottom + 53, Anchor.MIDDLE, title());
  }

  private String title() {
    String unit = comparison.unit();
    return comparison.metric()
        + " less that of "
        + baseline()
        + (unit.isEmpty() ? "" : ", " + unit);
  }

  private void mark(Surface surface, Axis x, double y, Line line) {
    Against against = line.against();
    Ink ink = line.style().ink();
    Interval interval = against.interval();
    if (interval != null) {
      double low = Math.max(x.fromPixel(), x.pixel(interval.low()));
      double high = Math.min(x.toPixel(), x.pixel(interval.high()));
      double[] ends = {low, high};
      double[] level = {y, y};
      if (against.scope() == Scope.METHODS) {
        surface.polyline(ink, ends, level);
      } else {
        surface.dashes(ink, ends, level);
      }
      end(surface, ink, low, y, x.pixel(interval.low()) < x.fromPixel() ? 5 : 0);
      end(surface, ink, high, y, x.pixel(interval.high()) > x.toPixel() ? -5 : 0);
    }
    if (!Double.isFinite(against.delta())) {
      return;
    }
    if (against.scope() == Scope.METHODS) {
      surface.dot(ink, x.pixel(against.delta()), y);
    } else {
      surface.ring(ink, x.pixel(against.delta()), y);
    }
  }

  /** An upright stroke, or an arrow where the interval goes on. */
  private static void end(Surface surface, Ink ink, double x, double y, double arrow) {
    surface.polyline(ink, new double[] {x + arrow, x, x + arrow}, new double[] {y - 5, y, y + 5});
  }

  private Range range() {
    double margin = comparison.rules().margin();
    double seen =
        lines.stream()
            .mapToDouble(line -> Math.abs(line.against().delta()))
            .filter(Double::isFinite)
            .reduce(margin, Math::max);
    return Range.around(
        DoubleStream.concat(
            DoubleStream.of(-1.4 * margin, 1.4 * margin),
            lines.stream()
                .flatMapToDouble(
                    line -> {
                      Interval interval = line.against().interval();
                      double delta = line.against().delta();
                      return interval == null
                          ? DoubleStream.of(delta)
                          : DoubleStream.of(
                              delta,
                              Math.max(-REACH * seen, interval.low()),
                              Math.min(REACH * seen, interval.high()));
                    })));
  }

  private String figures(Against against) {
    String interval = against.interval() == null ? "" : " " + numbers.changes(against.interval());
    return Numbers.printed(numbers.change(against.delta()) + interval);
  }

  private String baseline() {
    return ShortNames.of(comparison.baseline().name(), NAMES);
  }

  private static int rowHeight(int width) {
    return width < NARROW ? 46 : 30;
  }
}
