package io.flowpp.platform.compare.page;

import io.flowpp.platform.compare.Arm;
import io.flowpp.platform.compare.ComparedRun;
import io.flowpp.platform.compare.ComparedRun.Point;
import io.flowpp.platform.compare.Comparison;
import io.flowpp.platform.report.Axis;
import io.flowpp.platform.report.Surface;
import io.flowpp.platform.report.Surface.Anchor;
import io.flowpp.platform.report.Surface.Ink;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * Bits/dim on validation images of every arm: the mean over seeds in a band from the lowest seed to
 * the highest. The first steps lie far above everything else and are cut off.
 */
final class CurvesChart implements Chart {
  private static final double FIRST = .4; // of a curve's validations, which may lie above

  private final String name;
  private final String budget;
  private final List<SeedBand> bands;
  private final double last;
  private final Legend legend;

  private CurvesChart(
      String name, String budget, Comparison comparison, ToDoubleFunction<Point> place) {
    this.name = name;
    this.budget = budget;
    bands = comparison.arms().stream().map(arm -> SeedBand.of(curves(arm), place)).toList();
    last =
        bands.stream()
            .filter(band -> band.size() > 0)
            .mapToDouble(band -> band.x()[band.size() - 1])
            .max()
            .orElse(1);
    List<Arm> arms = comparison.arms();
    legend =
        new Legend(arms, arm -> bands.get(arms.indexOf(arm)).size() > 0, Legend.Sample.CURVE, 36);
  }

  static CurvesChart steps(Comparison comparison) {
    return new CurvesChart("curves-steps", "step of joint training", comparison, Point::step);
  }

  static CurvesChart time(Comparison comparison) {
    double longest =
        comparison.arms().stream()
            .flatMap(arm -> curves(arm).stream())
            .flatMap(List::stream)
            .mapToDouble(Point::seconds)
            .filter(Double::isFinite)
            .max()
            .orElse(1);
    Clock clock = Clock.upTo(longest);
    return new CurvesChart(
        "curves-time",
        clock.unit() + " of training, pretraining counted",
        comparison,
        point -> clock.of(point.seconds()));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return "Validation bits/dim by " + budget + ", mean and range over seeds of each arm";
  }

  @Override
  public int height(int width) {
    return legend.height(width) + (width < 500 ? 290 : 350);
  }

  @Override
  public void draw(Surface surface, int width) {
    legend.draw(surface, width);
    int height = height(width);
    Frame frame = Frame.in(Range.upTo(last), values(), 0, legend.height(width) + 8, width, height);
    frame.draw(surface, budget, "validation, bits/dim");
    if (bands.stream().allMatch(band -> band.size() == 0)) {
      surface.text(
          Ink.LABEL, width / 2.0, height / 2.0, Anchor.MIDDLE, "no run has a validation to show");
    }
    for (int arm = 0; arm < bands.size(); arm++) {
      SeedBand band = bands.get(arm);
      surface.band(
          ArmStyle.of(arm).ink(),
          pixels(frame.x(), band.x()),
          pixels(frame.y(), band.low()),
          pixels(frame.y(), band.high()));
    }
    for (int arm = bands.size() - 1; arm >= 0; arm--) { // the baseline over all others
      curve(surface, frame, ArmStyle.of(arm), bands.get(arm));
    }
  }

  private static void curve(Surface surface, Frame frame, ArmStyle style, SeedBand band) {
    style.curve(surface, pixels(frame.x(), band.x()), pixels(frame.y(), band.mean()));
    if (band.size() > 0) {
      int end = band.size() - 1;
      style.dot(surface, frame.x().pixel(band.x()[end]), frame.y().pixel(band.mean()[end]));
    }
  }

  private Range values() {
    return Range.around(
        bands.stream()
            .filter(band -> band.size() > 0)
            .flatMapToDouble(
                band ->
                    DoubleStream.concat(
                        DoubleStream.of(
                            band.high()[(int) (FIRST * band.size())], band.high()[band.size() - 1]),
                        Arrays.stream(band.low()).min().stream())));
  }

  private static double[] pixels(Axis axis, double[] values) {
    return Arrays.stream(values).map(axis::pixel).toArray();
  }

  private static List<List<Point>> curves(Arm arm) {
    return arm.runs().stream().map(ComparedRun::curve).toList();
  }
}
