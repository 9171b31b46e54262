package io.flowpp.platform.compare.page;

import io.flowpp.platform.compare.Arm;
import io.flowpp.platform.report.Surface;
import io.flowpp.platform.report.Surface.Anchor;
import io.flowpp.platform.report.Surface.Ink;
import java.util.List;
import java.util.function.Predicate;

/** The arms' names beside what stands for them, in as many rows as they need. */
final class Legend {
  private static final int ROW = 19;
  private static final int SAMPLE = 22;
  private static final int GAP = 18;

  /** How the sample of an arm is drawn. */
  enum Sample {
    CURVE,
    DOT
  }

  private final List<String> names;
  private final Sample sample;

  /**
   * @param shown arms of which there is something to be seen; others are said to be missing
   */
  Legend(List<Arm> arms, Predicate<Arm> shown, Sample sample, int room) {
    ShortNames names = new ShortNames(arms.stream().map(Arm::name).toList(), room);
    this.names =
        arms.stream()
            .map(arm -> names.of(arm.name()) + (shown.test(arm) ? "" : " (nothing to show)"))
            .toList();
    this.sample = sample;
  }

  int height(int width) {
    return walk(width, (arm, x, y) -> {});
  }

  /** From the upper left corner. */
  void draw(Surface surface, int width) {
    walk(width, (arm, x, y) -> entry(surface, arm, x, y));
  }

  private void entry(Surface surface, int arm, double x, double y) {
    ArmStyle style = ArmStyle.of(arm);
    if (sample == Sample.CURVE) {
      style.curve(surface, new double[] {x, x + SAMPLE}, new double[] {y - 4, y - 4});
    } else {
      style.dot(surface, x + SAMPLE - 6, y - 4);
    }
    surface.text(Ink.BASELINE, x + SAMPLE + 6, y, Anchor.START, names.get(arm));
  }

  private interface Place {
    void at(int arm, double x, double baseline);
  }

  private int walk(int width, Place place) {
    double x = 0;
    int rows = 1;
    for (int arm = 0; arm < names.size(); arm++) {
      double wide = SAMPLE + 6 + Chart.wide(names.get(arm));
      if (x > 0 && x + wide > width) {
        x = 0;
        rows++;
      }
      place.at(arm, x, rows * ROW - 5);
      x += wide + GAP;
    }
    return rows * ROW;
  }
}
