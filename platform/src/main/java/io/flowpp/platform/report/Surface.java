package io.flowpp.platform.report;

/** What a chart is drawn on. Coordinates are in pixels from the upper left corner. */
interface Surface {
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
    MARK
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

  void dot(Ink ink, double x, double y);

  void bar(Ink ink, double x, double y, double width, double height);

  void text(Ink ink, double x, double baseline, Anchor anchor, String text);

  /** Curves and dots stay inside this rectangle from now on. */
  void clip(double x, double y, double width, double height);
}
