package io.flowpp.platform.compare.page;

import io.flowpp.platform.compare.Arm;
import io.flowpp.platform.compare.ComparedRun;
import io.flowpp.platform.compare.Comparison;
import io.flowpp.platform.report.Surface;
import io.flowpp.platform.report.Surface.Anchor;
import io.flowpp.platform.report.Surface.Ink;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run took against what it reached: a dot for each run, a cross at each arm's mean.
 * Pretraining counts.
 */
final class CostChart implements Chart {
  private static final int CROSS = 8;

  private record Dot(double seconds, double value) {}

  private final Comparison comparison;
  private final List<List<Dot>> arms = new ArrayList<>();
  private final Legend legend;

  CostChart(Comparison comparison) {
    this.comparison = comparison;
    for (Arm arm : comparison.arms()) {
      arms.add(
          arm.runs().stream()
              .map(run -> new Dot(seconds(run), value(run)))
              .filter(dot -> Double.isFinite(dot.seconds()) && Double.isFinite(dot.value()))
              .toList());
    }
    legend =
        new Legend(
            comparison.arms(),
            arm -> !arms.get(comparison.arms().indexOf(arm)).isEmpty(),
            Legend.Sample.DOT,
            36);
  }

  static double seconds(ComparedRun run) {
    return run.pretrainingSeconds() + run.trainingSeconds();
  }

  private double value(ComparedRun run) {
    return run.metrics().getOrDefault(comparison.metric(), Double.NaN);
  }

  @Override
  public String name() {
    return "cost";
  }

  @Override
  public String description() {
    return comparison.metric() + " of every run against the time that it trained";
  }

  @Override
  public int height(int width) {
    return legend.height(width) + (width < 500 ? 270 : 320);
  }

  @Override
  public void draw(Surface surface, int width) {
    legend.draw(surface, width);
    int height = height(width);
    double longest = arms.stream().flatMap(List::stream).mapToDouble(Dot::seconds).max().orElse(1);
    Clock clock = Clock.upTo(longest);
    Frame frame =
        Frame.in(
            Range.upTo(1.05 * clock.of(longest)),
            Range.around(arms.stream().flatMap(List::stream).mapToDouble(Dot::value)),
            0,
            legend.height(width) + 8,
            width,
            height);
    String unit = comparison.unit();
    frame.draw(
        surface,
        clock.unit() + " of training, pretraining counted",
        comparison.metric() + (unit.isEmpty() ? "" : ", " + unit));
    if (arms.stream().allMatch(List::isEmpty)) {
      surface.text(
          Ink.LABEL, width / 2.0, height / 2.0, Anchor.MIDDLE, "no run has a finite value");
    }
    for (int arm = arms.size() - 1; arm >= 0; arm--) {
      arm(surface, frame, clock, arm);
    }
  }

  private void arm(Surface surface, Frame frame, Clock clock, int arm) {
    List<Dot> dots = arms.get(arm);
    ArmStyle style = ArmStyle.of(arm);
    for (Dot dot : dots) {
      style.dot(surface, frame.x().pixel(clock.of(dot.seconds())), frame.y().pixel(dot.value()));
    }
    if (dots.size() > 1) {
      double x =
          frame
              .x()
              .pixel(clock.of(dots.stream().mapToDouble(Dot::seconds).average().orElseThrow()));
      double y = frame.y().pixel(dots.stream().mapToDouble(Dot::value).average().orElseThrow());
      surface.polyline(style.ink(), new double[] {x - CROSS, x + CROSS}, new double[] {y, y});
      surface.polyline(style.ink(), new double[] {x, x}, new double[] {y - CROSS, y + CROSS});
    }
  }
}
