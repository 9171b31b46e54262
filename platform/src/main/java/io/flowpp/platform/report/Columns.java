package io.flowpp.platform.report;

import java.util.List;

/** Rows of words as aligned columns. */
public final class Columns {
  private Columns() {}

  /**
   * @param sides for each column {@code l} or {@code r}: the side on which its words stand
   */
  public static String align(List<String[]> rows, String sides) {
    int[] width = new int[sides.length()];
    for (String[] row : rows) {
      for (int i = 0; i < width.length; i++) {
        width[i] = Math.max(width[i], row[i].length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < width.length; i++) {
        String gap = " ".repeat(width[i] - row[i].length());
        line.append(i == 0 ? "  " : width[i - 1] == 0 ? "" : "  ")
            .append(sides.charAt(i) == 'r' ? gap + row[i] : row[i] + gap);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
