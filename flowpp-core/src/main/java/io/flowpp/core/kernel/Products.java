package io.flowpp.core.kernel;

import static io.flowpp.core.kernel.Tiles.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * Matrix products for images with few channels, in tiles that stay in registers as those of {@link
 * Tiles} do. Sums run over k in order: same input, same bits.
 */
final class Products {
  /**
   * Rows of the left factor of {@link #outer} begin this many floats apart, a constant so that C2
   * moves bounds checks out of the loops.
   */
  static final int ROW = 64;

  /**
   * Rows summed at a time by {@link #outer}, so that both factors stay in the first-level cache.
   */
  private static final int BLOCK = 64;

  private Products() {}

  /**
   * c[r] = start[r] + sum over k &lt; n of a[at[r] + offset + k] b[k0 + k].
   *
   * @param at where each row begins in a
   * @param start rows {@code startStride} floats apart: c itself, or with 0 one row for all
   * @param c rows of {@code stride} floats, no fewer than b's columns rounded up to a multiple of 8
   */
  static void product(
      float[] a,
      int[] at,
      int offset,
      int n,
      Panels b,
      int k0,
      float[] start,
      int startStride,
      float[] c,
      int stride) {
    for (int panel = 0; panel < b.count(); panel++) {
      int width = b.width(panel);
      int bo = b.row(panel, k0);
      int co = b.column(panel);
      // the last row stands in for those that a tile lacks: computed twice from the same
      if (width == 24) {
        for (int r = 0; r < at.length; r += 3) {
          tile24(a, at, r, offset, b.values(), bo, n, start, co, startStride, c, co, stride);
        }
      } else if (width == 16) {
        for (int r = 0; r < at.length; r += 4) {
          tile16(a, at, r, offset, b.values(), bo, n, start, co, startStride, c, co, stride);
        }
      } else {
        for (int r = 0; r < at.length; r += 8) {
          tile8(a, at, r, offset, b.values(), bo, n, start, co, startStride, c, co, stride);
        }
      }
    }
  }

  /** 3 rows by 24 columns. */
  private static void tile24(
      float[] a,
      int[] at,
      int r,
      int offset,
      float[] b,
      int bo,
      int n,
      float[] start,
      int so,
      int sr,
      float[] c,
      int co,
      int stride) {
    int last = at.length - 1;
    int r1 = Math.min(r + 1, last);
    int r2 = Math.min(r + 2, last);
    int a0 = at[r] + offset;
    int a1 = at[r1] + offset;
    int a2 = at[r2] + offset;
    FloatVector c00 = FloatVector.fromArray(LANES, start, so + r * sr);
    FloatVector c01 = FloatVector.fromArray(LANES, start, so + r * sr + 8);
    FloatVector c02 = FloatVector.fromArray(LANES, start, so + r * sr + 16);
    FloatVector c10 = FloatVector.fromArray(LANES, start, so + r1 * sr);
    FloatVector c11 = FloatVector.fromArray(LANES, start, so + r1 * sr + 8);
    FloatVector c12 = FloatVector.fromArray(LANES, start, so + r1 * sr + 16);
    FloatVector c20 = FloatVector.fromArray(LANES, start, so + r2 * sr);
    FloatVector c21 = FloatVector.fromArray(LANES, start, so + r2 * sr + 8);
    FloatVector c22 = FloatVector.fromArray(LANES, start, so + r2 * sr + 16);
    for (int k = 0; k < n; k++) {
      FloatVector b0 = FloatVector.fromArray(LANES, b, bo + k * 32);
      FloatVector b1 = FloatVector.fromArray(LANES, b, bo + k * 32 + 8);
      FloatVector b2 = FloatVector.fromArray(LANES, b, bo + k * 32 + 16);
      FloatVector x = FloatVector.broadcast(LANES, a[a0 + k]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      x = FloatVector.broadcast(LANES, a[a1 + k]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      c12 = x.fma(b2, c12);
      x = FloatVector.broadcast(LANES, a[a2 + k]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      c22 = x.fma(b2, c22);
    }
    c00.intoArray(c, co + r * stride);
    c01.intoArray(c, co + r * stride + 8);
    c02.intoArray(c, co + r * stride + 16);
    c10.intoArray(c, co + r1 * stride);
    c11.intoArray(c, co + r1 * stride + 8);
    c12.intoArray(c, co + r1 * stride + 16);
    c20.intoArray(c, co + r2 * stride);
    c21.intoArray(c, co + r2 * stride + 8);
    c22.intoArray(c, co + r2 * stride + 16);
  }

  /** 4 rows by 16 columns. */
  private static void tile16(
      float[] a,
      int[] at,
      int r,
      int offset,
      float[] b,
      int bo,
      int n,
      float[] start,
      int so,
      int sr,
      float[] c,
      int co,
      int stride) {
    int last = at.length - 1;
    int r1 = Math.min(r + 1, last);
    int r2 = Math.min(r + 2, last);
    int r3 = Math.min(r + 3, last);
    int a0 = at[r] + offset;
    int a1 = at[r1] + offset;
    int a2 = at[r2] + offset;
    int a3 = at[r3] + offset;
    FloatVector c00 = FloatVector.fromArray(LANES, start, so + r * sr);
    FloatVector c01 = FloatVector.fromArray(LANES, start, so + r * sr + 8);
    FloatVector c10 = FloatVector.fromArray(LANES, start, so + r1 * sr);
    FloatVector c11 = FloatVector.fromArray(LANES, start, so + r1 * sr + 8);
    FloatVector c20 = FloatVector.fromArray(LANES, start, so + r2 * sr);
    FloatVector c21 = FloatVector.fromArray(LANES, start, so + r2 * sr + 8);
    FloatVector c30 = FloatVector.fromArray(LANES, start, so + r3 * sr);
    FloatVector c31 = FloatVector.fromArray(LANES, start, so + r3 * sr + 8);
    for (int k = 0; k < n; k++) {
      FloatVector b0 = FloatVector.fromArray(LANES, b, bo + k * 16);
      FloatVector b1 = FloatVector.fromArray(LANES, b, bo + k * 16 + 8);
      FloatVector x = FloatVector.broadcast(LANES, a[a0 + k]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(LANES, a[a1 + k]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(LANES, a[a2 + k]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(LANES, a[a3 + k]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
    }
    c00.intoArray(c, co + r * stride);
    c01.intoArray(c, co + r * stride + 8);
    c10.intoArray(c, co + r1 * stride);
    c11.intoArray(c, co + r1 * stride + 8);
    c20.intoArray(c, co + r2 * stride);
    c21.intoArray(c, co + r2 * stride + 8);
    c30.intoArray(c, co + r3 * stride);
    c31.intoArray(c, co + r3 * stride + 8);
  }

  /** 8 rows by 8 columns. */
  private static void tile8(
      float[] a,
      int[] at,
      int r,
      int offset,
      float[] b,
      int bo,
      int n,
      float[] start,
      int so,
      int sr,
      float[] c,
      int co,
      int stride) {
    int last = at.length - 1;
    int r1 = Math.min(r + 1, last);
    int r2 = Math.min(r + 2, last);
    int r3 = Math.min(r + 3, last);
    int r4 = Math.min(r + 4, last);
    int r5 = Math.min(r + 5, last);
    int r6 = Math.min(r + 6, last);
    int r7 = Math.min(r + 7, last);
    int a0 = at[r] + offset;
    int a1 = at[r1] + offset;
    int a2 = at[r2] + offset;
    int a3 = at[r3] + offset;
    int a4 = at[r4] + offset;
    int a5 = at[r5] + offset;
    int a6 = at[r6] + offset;
    int a7 = at[r7] + offset;
    FloatVector c00 = FloatVector.fromArray(LANES, start, so + r * sr);
    FloatVector c10 = FloatVector.fromArray(LANES, start, so + r1 * sr);
    FloatVector c20 = FloatVector.fromArray(LANES, start, so + r2 * sr);
    FloatVector c30 = FloatVector.fromArray(LANES, start, so + r3 * sr);
    FloatVector c40 = FloatVector.fromArray(LANES, start, so + r4 * sr);
    FloatVector c50 = FloatVector.fromArray(LANES, start, so + r5 * sr);
    FloatVector c60 = FloatVector.fromArray(LANES, start, so + r6 * sr);
    FloatVector c70 = FloatVector.fromArray(LANES, start, so + r7 * sr);
    for (int k = 0; k < n; k++) {
      FloatVector b0 = FloatVector.fromArray(LANES, b, bo + k * 8);
      FloatVector x = FloatVector.broadcast(LANES, a[a0 + k]);
      c00 = x.fma(b0, c00);
      x = FloatVector.broadcast(LANES, a[a1 + k]);
      c10 = x.fma(b0, c10);
      x = FloatVector.broadcast(LANES, a[a2 + k]);
      c20 = x.fma(b0, c20);
      x = FloatVector.broadcast(LANES, a[a3 + k]);
      c30 = x.fma(b0, c30);
      x = FloatVector.broadcast(LANES, a[a4 + k]);
      c40 = x.fma(b0, c40);
      x = FloatVector.broadcast(LANES, a[a5 + k]);
      c50 = x.fma(b0, c50);
      x = FloatVector.broadcast(LANES, a[a6 + k]);
      c60 = x.fma(b0, c60);
      x = FloatVector.broadcast(LANES, a[a7 + k]);
      c70 = x.fma(b0, c70);
    }
    c00.intoArray(c, co + r * stride);
    c10.intoArray(c, co + r1 * stride);
    c20.intoArray(c, co + r2 * stride);
    c30.intoArray(c, co + r3 * stride);
    c40.intoArray(c, co + r4 * stride);
    c50.intoArray(c, co + r5 * stride);
    c60.intoArray(c, co + r6 * stride);
    c70.intoArray(c, co + r7 * stride);
  }

  /**
   * c[c0 + i] += sum over r &lt; n of a[(a0 + r) ROW + i] b[r] for all i &lt; {@code columns} of a;
   * c's rows to the next multiple of {@link Panels#SLACK} are overwritten as well.
   *
   * @param a rows of {@link #ROW} floats, and some to spare behind the last
   */
  static void outer(float[] a, int a0, int columns, Panels b, int n, Panels c, int c0) {
    for (int r = 0; r < n; r += BLOCK) {
      int m = Math.min(BLOCK, n - r);
      int ao = (a0 + r) * ROW;
      for (int panel = 0; panel < b.count(); panel++) {
        int width = b.width(panel);
        int bo = b.row(panel, r);
        if (width == 24) {
          for (int i = 0; i < columns; i += 3) {
            Tiles.cols24(a, ao + i, b.values(), bo, m, c.values(), c.row(panel, c0 + i));
          }
        } else if (width == 16) {
          for (int i = 0; i < columns; i += 4) {
            Tiles.cols16(a, ao + i, b.values(), bo, m, c.values(), c.row(panel, c0 + i));
          }
        } else {
          for (int i = 0; i < columns; i += 8) {
            Tiles.cols8(a, ao + i, b.values(), bo, m, c.values(), c.row(panel, c0 + i));
          }
        }
      }
    }
  }
}
