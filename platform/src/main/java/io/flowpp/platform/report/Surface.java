package io.flowpp.platform.report;

import java.util.List;

/** What a chart is drawn on. Coordinates are in pixels from the upper left corner. */
public interface Surface {
  /** What a stroke or a word stands for; each surface knows how that looks. */
  enum Ink {
    GRID,
    AXIS,
    LABEL,
    RAW,
    TRAIN,
    VALIDATION,
    FLOOR,
    BAR,
    MARK,
    /** Where differences do not matter. */
    MARGIN,
    /** What the arms of a comparison are held against. */
    BASELINE,
    ARM_1,
    ARM_2,
    ARM_3,
    ARM_4,
    ARM_5,
    ARM_6;

    private static final List<Ink> ARMS = List.of(ARM_1, ARM_2, ARM_3, ARM_4, ARM_5, ARM_6);

    /** Of the arms of a comparison: colours that colour-blind readers tell apart. */
    public static List<Ink> arms() {
      return ARMS;
    }

    boolean isOfArm() {
      return this == BASELINE || ARMS.contains(this);
    }
  }

  /** The point of a text that its coordinates name. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  void line(Ink ink, double x1, double y1, double x2, double y2);

  /** A broken line through all points; nothing of it is seen outside the clip. */
  void polyline(Ink ink, double[] x, double[] y);

  /** As {@link #polyline}, interrupted. */
  void dashes(Ink ink, double[] x, double[] y);

  /** The area between two curves over the same places, so faint that others are seen through it. */
  void band(Ink ink, double[] x, double[] low, double[] high);

  void dot(Ink ink, double x, double y);

  /** A hollow dot. */
  void ring(Ink ink, double x, double y);

  /** Many small points, fainter where they are few. */
  void specks(Ink ink, double[] x, double[] y);

  void bar(Ink ink, double x, double y, double width, double height);

  void text(Ink ink, double x, double baseline, Anchor anchor, String text);

  /** Curves and dots stay inside this rectangle from now on, until the next one. */
  void clip(double x, double y, double width, double height);
}
