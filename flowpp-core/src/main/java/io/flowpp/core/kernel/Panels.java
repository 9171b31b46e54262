package io.flowpp.core.kernel;

import java.util.Arrays;

/**
 * A matrix cut into panels of 24, 16 or 8 columns, each with its rows one after the other, 32, 16
 * or 8 floats apart, as {@link Products} reads them.
 */
final class Panels {
  /** Rows that begin at a multiple of this leave room for every tile of {@link Products#outer}. */
  static final int SLACK = 24;

  private final int[] first; // column of each panel
  private final int[] width;
  private final int[] start;
  private final float[] values;

  Panels(int rows, int columns) {
    int[] cut = cut(columns);
    width = cut;
    first = new int[cut.length];
    start = new int[cut.length];
    int column = 0;
    int floats = 0;
    for (int i = 0; i < cut.length; i++) {
      first[i] = column;
      start[i] = floats;
      column += cut[i];
      floats += rowStride(cut[i]) * rows;
    }
    values = new float[floats];
  }

  /** {@code columns} rounded up to whole vectors. */
  static int padded(int columns) {
    return (columns + 7) / 8 * 8;
  }

  /** Widths: as many of 24 as leave something that 16 and 8 fill without a lone 8 beside a 24. */
  private static int[] cut(int columns) {
    int left = padded(columns);
    int[] widths = new int[left / 8];
    int n = 0;
    while (left > 0) {
      int next = left >= 24 && left != 32 ? 24 : Math.min(left, 16);
      widths[n++] = next;
      left -= next;
    }
    return Arrays.copyOf(widths, n);
  }

  private static int rowStride(int width) {
    return width == 24 ? 32 : width;
  }

  int count() {
    return width.length;
  }

  int width(int panel) {
    return width[panel];
  }

  /** Floats from one row of a panel to the next. */
  int stride(int panel) {
    return rowStride(width[panel]);
  }

  int column(int panel) {
    return first[panel];
  }

  float[] values() {
    return values;
  }

  /** Where row {@code row} of a panel begins. */
  int row(int panel, int row) {
    return start[panel] + row * stride(panel);
  }

  void clear() {
    Arrays.fill(values, 0f);
  }

  /**
   * Sets n floats of a row, from {@code column} on, to those of {@code from} that begin at {@code
   * at}.
   */
  void setRow(int row, int column, int n, float[] from, int at) {
    for (int panel = 0; panel < width.length; panel++) {
      int begin = Math.max(column, first[panel]);
      int end = Math.min(column + n, first[panel] + width[panel]);
      if (begin < end) {
        System.arraycopy(
            from, at + begin - column, values, row(panel, row) + begin - first[panel], end - begin);
      }
    }
  }

  /**
   * Sets n floats of rows {@code rows}, from {@code column} on, to those of {@code from}, whose
   * rows begin {@code step} floats apart.
   */
  void setRows(int[] rows, int column, int n, float[] from, int step) {
    for (int panel = 0; panel < width.length; panel++) {
      int begin = Math.max(column, first[panel]);
      int end = Math.min(column + n, first[panel] + width[panel]);
      if (begin < end) {
        int stride = stride(panel);
        int to = start[panel] + begin - first[panel];
        for (int r = 0; r < rows.length; r++) {
          System.arraycopy(
              from, r * step + begin - column, values, to + rows[r] * stride, end - begin);
        }
      }
    }
  }

  /**
   * Sets n floats of a column, from {@code row} on, to those of {@code from} that begin at {@code
   * at}.
   */
  void setColumn(int column, int row, int n, float[] from, int at) {
    int panel = panelOf(column);
    int step = stride(panel);
    int to = row(panel, row) + column - first[panel];
    for (int k = 0; k < n; k++) {
      values[to + k * step] = from[at + k];
    }
  }

  /** Adds n floats of a column, from {@code row} on, times a factor to those of {@code to}. */
  void addColumnTo(int column, int row, int n, float factor, float[] to, int at) {
    int panel = panelOf(column);
    int step = stride(panel);
    int from = row(panel, row) + column - first[panel];
    for (int k = 0; k < n; k++) {
      to[at + k] += values[from + k * step] * factor;
    }
  }

  /** The panel that a column lies in. */
  int panelOf(int column) {
    int panel = width.length - 1;
    while (first[panel] > column) {
      panel--;
    }
    return panel;
  }
}
