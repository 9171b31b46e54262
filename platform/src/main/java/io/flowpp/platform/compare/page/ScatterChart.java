package io.flowpp.platform.compare.page;

import io.flowpp.platform.compare.Arm;
import io.flowpp.platform.compare.Comparison;
import io.flowpp.platform.report.Axis;
import io.flowpp.platform.report.Show;
import io.flowpp.platform.report.Surface;
import io.flowpp.platform.report.Surface.Anchor;
import io.flowpp.platform.report.Surface.Ink;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Image by image, means over seeds: what it costs with an arm against what it costs with the
 * baseline, a panel for each arm. Below the diagonal the arm is the better one.
 */
final class ScatterChart implements Chart {
  private static final int MAX_POINTS = 500;
  private static final int GAP = 18;
  private static final int WORDS = 40;
  private static final int BELOW = 24;
  private static final int NAMES = 26;

  private record Panel(String name, ArmStyle style, double[] baseline, double[] arm) {}

  private final String baseline;
  private final List<Panel> panels = new ArrayList<>();
  private final Range range;

  ScatterChart(Comparison comparison) {
    List<Arm> arms = comparison.arms();
    ShortNames names = new ShortNames(arms.stream().map(Arm::name).toList(), NAMES);
    baseline = names.of(comparison.baseline().name());
    Map<Integer, Double> from = ImageMeans.of(comparison.baseline());
    for (int i = 1; i < arms.size(); i++) {
      Map<Integer, Double> to = ImageMeans.of(arms.get(i));
      List<Integer> common = from.keySet().stream().filter(to::containsKey).toList();
      panels.add(
          new Panel(
              names.of(arms.get(i).name()),
              ArmStyle.of(i),
              common.stream().mapToDouble(from::get).toArray(),
              common.stream().mapToDouble(to::get).toArray()));
    }
    range =
        Range.around(
            panels.stream()
                .flatMapToDouble(
                    p ->
                        DoubleStream.concat(
                            DoubleStream.of(p.baseline()), DoubleStream.of(p.arm()))));
  }

  @Override
  public String name() {
    return "scatter";
  }

  @Override
  public String description() {
    return "Bits/dim of each test image, every arm against " + baseline;
  }

  @Override
  public int height(int width) {
    int rows = (panels.size() + columns(width) - 1) / columns(width);
    return Math.max(1, rows) * (WORDS + side(width) + BELOW) + 20;
  }

  @Override
  public void draw(Surface surface, int width) {
    if (panels.isEmpty()) {
      surface.text(Ink.LABEL, width / 2.0, 30, Anchor.MIDDLE, "nothing beside the baseline");
    }
    int columns = columns(width);
    int side = side(width);
    for (int i = 0; i < panels.size(); i++) {
      double left = labels() + i % columns * (side + GAP);
      double top = WORDS + i / columns * (WORDS + side + BELOW);
      panel(surface, panels.get(i), left, top, side);
      if (i % columns == 0) {
        ticks(surface, left, top, side);
      }
    }
    surface.text(
        Ink.LABEL,
        0,
        height(width) - 6,
        Anchor.START,
        "across: bits/dim of an image with " + baseline + "; up: with the arm");
  }

  private void panel(Surface surface, Panel panel, double left, double top, int side) {
    Axis x = new Axis(range.low(), range.high(), left, left + side);
    Axis y = new Axis(range.low(), range.high(), top + side, top);
    for (double tick : x.ticks(4)) {
      surface.line(Ink.GRID, x.pixel(tick), top, x.pixel(tick), top + side);
      surface.line(Ink.GRID, left, y.pixel(tick), left + side, y.pixel(tick));
      surface.text(Ink.LABEL, x.pixel(tick), top + side + 16, Anchor.MIDDLE, x.label(tick, 4));
    }
    int images = panel.arm().length;
    long cheaper =
        IntStream.range(0, images).filter(i -> panel.arm()[i] < panel.baseline()[i]).count();
    int room = (int) (side / Chart.CHARACTER);
    surface.text(Ink.BASELINE, left, top - 22, Anchor.START, ShortNames.of(panel.name(), room));
    surface.text(
        Ink.LABEL,
        left,
        top - 7,
        Anchor.START,
        images == 0
            ? "no image scored in both"
            : Show.count(cheaper) + " of " + Show.count(images) + " below");
    surface.clip(left, top, side, side);
    surface.specks(panel.style().ink(), pixels(x, panel.baseline()), pixels(y, panel.arm()));
    surface.line(Ink.AXIS, left, top + side, left + side, top);
  }

  private void ticks(Surface surface, double left, double top, int side) {
    Axis y = new Axis(range.low(), range.high(), top + side, top);
    for (double tick : y.ticks(4)) {
      surface.text(Ink.LABEL, left - 6, y.pixel(tick) + 4, Anchor.END, y.label(tick, 4));
    }
  }

  /** Of many images some, evenly picked: more would be one blot, and a large file. */
  private static double[] pixels(Axis axis, double[] values) {
    int shown = Math.min(MAX_POINTS, values.length);
    return IntStream.range(0, shown)
        .mapToDouble(i -> axis.pixel(values[(int) ((long) i * values.length / shown)]))
        .toArray();
  }

  /** Room for the labels of the first column's ticks. */
  private double labels() {
    Axis any = new Axis(range.low(), range.high(), 0, 1);
    return 8 + any.ticks(4).stream().mapToDouble(t -> Chart.wide(any.label(t, 4))).max().orElse(0);
  }

  private int columns(int width) {
    return Math.max(1, Math.min(panels.size(), width < 500 ? 2 : 4));
  }

  private int side(int width) {
    int columns = columns(width);
    double room = width - labels() - 12 - (columns - 1) * GAP;
    return (int) Math.min(320, room / columns);
  }
}
