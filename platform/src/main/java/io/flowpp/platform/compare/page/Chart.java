package io.flowpp.platform.compare.page;

import io.flowpp.platform.report.Surface;

/** A figure of a comparison, as wide as there is room. */
interface Chart {
  /** Width of a character of a label, for want of measuring; rather too wide. */
  double CHARACTER = 6.9;

  /** Of its files and of its place in the page. */
  String name();

  /** For readers who do not see it. */
  String description();

  int height(int width);

  void draw(Surface surface, int width);

  static double wide(String text) {
    return CHARACTER * text.length();
  }
}
