package io.flowpp.core.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Small matrix products that keep their result in registers: at most nine accumulators of eight
 * floats, because C2 begins to spill at ten or more and the speed then halves. Every stride is a
 * constant, which lets C2 move the bounds checks out of the loops (a variable stride, or one that
 * is not a power of two, keeps them in).
 *
 * <p>Layouts: a block of scores has rows of {@link #LD} floats, one row a key and one lane a query.
 * A "panel" of w columns has rows of 32 (w = 24), 16 or 8 floats. The sums run over k in order, so
 * results depend on the input alone.
 */
final class Tiles {
  /** Eight lanes whatever the machine prefers: the tiles are cut for sixteen 256-bit registers. */
  static final VectorSpecies<Float> LANES = FloatVector.SPECIES_256;

  /** Floats from one row of a block of scores to the next; a power of two. */
  static final int LD = 64;

  private Tiles() {}

  /**
   * c[r][l] = sum over k of a[r][k] b[k][l]: three keys, whose rows begin at a0, a1 and a2, by 24
   * queries.
   */
  static void score24(
      float[] a, int a0, int a1, int a2, float[] b, int bo, int n, float[] c, int co) {
    FloatVector c00 = FloatVector.zero(LANES);
    FloatVector c01 = FloatVector.zero(LANES);
    FloatVector c02 = FloatVector.zero(LANES);
    FloatVector c10 = FloatVector.zero(LANES);
    FloatVector c11 = FloatVector.zero(LANES);
    FloatVector c12 = FloatVector.zero(LANES);
    FloatVector c20 = FloatVector.zero(LANES);
    FloatVector c21 = FloatVector.zero(LANES);
    FloatVector c22 = FloatVector.zero(LANES);
    for (int k = 0; k < n; k++) {
      FloatVector b0 = FloatVector.fromArray(LANES, b, bo + k * LD);
      FloatVector b1 = FloatVector.fromArray(LANES, b, bo + k * LD + 8);
      FloatVector b2 = FloatVector.fromArray(LANES, b, bo + k * LD + 16);
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
    c00.intoArray(c, co);
    c01.intoArray(c, co + 8);
    c02.intoArray(c, co + 16);
    c10.intoArray(c, co + LD);
    c11.intoArray(c, co + LD + 8);
    c12.intoArray(c, co + LD + 16);
    c20.intoArray(c, co + 2 * LD);
    c21.intoArray(c, co + 2 * LD + 8);
    c22.intoArray(c, co + 2 * LD + 16);
  }

  /** As {@link #score24}, by 16 queries. */
  static void score16(
      float[] a, int a0, int a1, int a2, float[] b, int bo, int n, float[] c, int co) {
    FloatVector c00 = FloatVector.zero(LANES);
    FloatVector c01 = FloatVector.zero(LANES);
    FloatVector c10 = FloatVector.zero(LANES);
    FloatVector c11 = FloatVector.zero(LANES);
    FloatVector c20 = FloatVector.zero(LANES);
    FloatVector c21 = FloatVector.zero(LANES);
    for (int k = 0; k < n; k++) {
      FloatVector b0 = FloatVector.fromArray(LANES, b, bo + k * LD);
      FloatVector b1 = FloatVector.fromArray(LANES, b, bo + k * LD + 8);
      FloatVector x = FloatVector.broadcast(LANES, a[a0 + k]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(LANES, a[a1 + k]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(LANES, a[a2 + k]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + 8);
    c10.intoArray(c, co + LD);
    c11.intoArray(c, co + LD + 8);
    c20.intoArray(c, co + 2 * LD);
    c21.intoArray(c, co + 2 * LD + 8);
  }

  /** As {@link #score24}, by 8 queries. */
  static void score8(
      float[] a, int a0, int a1, int a2, float[] b, int bo, int n, float[] c, int co) {
    FloatVector c00 = FloatVector.zero(LANES);
    FloatVector c10 = FloatVector.zero(LANES);
    FloatVector c20 = FloatVector.zero(LANES);
    for (int k = 0; k < n; k++) {
      FloatVector b0 = FloatVector.fromArray(LANES, b, bo + k * LD);
      FloatVector x = FloatVector.broadcast(LANES, a[a0 + k]);
      c00 = x.fma(b0, c00);
      x = FloatVector.broadcast(LANES, a[a1 + k]);
      c10 = x.fma(b0, c10);
      x = FloatVector.broadcast(LANES, a[a2 + k]);
      c20 = x.fma(b0, c20);
    }
    c00.intoArray(c, co);
    c10.intoArray(c, co + LD);
    c20.intoArray(c, co + 2 * LD);
  }

  /**
   * c[l][x] += sum over k of a[k][l] b[k][x]: 3 lanes of a block of scores by a panel of 24
   * columns.
   */
  static void cols24(float[] a, int ao, float[] b, int bo, int n, float[] c, int co) {
    FloatVector c00 = FloatVector.fromArray(LANES, c, co);
    FloatVector c01 = FloatVector.fromArray(LANES, c, co + 8);
    FloatVector c02 = FloatVector.fromArray(LANES, c, co + 16);
    FloatVector c10 = FloatVector.fromArray(LANES, c, co + 32);
    FloatVector c11 = FloatVector.fromArray(LANES, c, co + 40);
    FloatVector c12 = FloatVector.fromArray(LANES, c, co + 48);
    FloatVector c20 = FloatVector.fromArray(LANES, c, co + 64);
    FloatVector c21 = FloatVector.fromArray(LANES, c, co + 72);
    FloatVector c22 = FloatVector.fromArray(LANES, c, co + 80);
    for (int k = 0; k < n; k++) {
      FloatVector b0 = FloatVector.fromArray(LANES, b, bo + k * 32);
      FloatVector b1 = FloatVector.fromArray(LANES, b, bo + k * 32 + 8);
      FloatVector b2 = FloatVector.fromArray(LANES, b, bo + k * 32 + 16);
      FloatVector x = FloatVector.broadcast(LANES, a[ao + k * 64]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      x = FloatVector.broadcast(LANES, a[ao + k * 64 + 1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      c12 = x.fma(b2, c12);
      x = FloatVector.broadcast(LANES, a[ao + k * 64 + 2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      c22 = x.fma(b2, c22);
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + 8);
    c02.intoArray(c, co + 16);
    c10.intoArray(c, co + 32);
    c11.intoArray(c, co + 40);
    c12.intoArray(c, co + 48);
    c20.intoArray(c, co + 64);
    c21.intoArray(c, co + 72);
    c22.intoArray(c, co + 80);
  }

  /**
   * c[r][x] += sum over k of a[r][k] b[k][x]: 3 rows of a block of scores by a panel of 24 columns.
   */
  static void rows24(float[] a, int ao, float[] b, int bo, int n, float[] c, int co) {
    FloatVector c00 = FloatVector.fromArray(LANES, c, co);
    FloatVector c01 = FloatVector.fromArray(LANES, c, co + 8);
    FloatVector c02 = FloatVector.fromArray(LANES, c, co + 16);
    FloatVector c10 = FloatVector.fromArray(LANES, c, co + 32);
    FloatVector c11 = FloatVector.fromArray(LANES, c, co + 40);
    FloatVector c12 = FloatVector.fromArray(LANES, c, co + 48);
    FloatVector c20 = FloatVector.fromArray(LANES, c, co + 64);
    FloatVector c21 = FloatVector.fromArray(LANES, c, co + 72);
    FloatVector c22 = FloatVector.fromArray(LANES, c, co + 80);
    for (int k = 0; k < n; k++) {
      FloatVector b0 = FloatVector.fromArray(LANES, b, bo + k * 32);
      FloatVector b1 = FloatVector.fromArray(LANES, b, bo + k * 32 + 8);
      FloatVector b2 = FloatVector.fromArray(LANES, b, bo + k * 32 + 16);
      FloatVector x = FloatVector.broadcast(LANES, a[ao + k]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      x = FloatVector.broadcast(LANES, a[ao + k + 64]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      c12 = x.fma(b2, c12);
      x = FloatVector.broadcast(LANES, a[ao + k + 128]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      c22 = x.fma(b2, c22);
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + 8);
    c02.intoArray(c, co + 16);
    c10.intoArray(c, co + 32);
    c11.intoArray(c, co + 40);
    c12.intoArray(c, co + 48);
    c20.intoArray(c, co + 64);
    c21.intoArray(c, co + 72);
    c22.intoArray(c, co + 80);
  }

  /**
   * c[l][x] += sum over k of a[k][l] b[k][x]: 4 lanes of a block of scores by a panel of 16
   * columns.
   */
  static void cols16(float[] a, int ao, float[] b, int bo, int n, float[] c, int co) {
    FloatVector c00 = FloatVector.fromArray(LANES, c, co);
    FloatVector c01 = FloatVector.fromArray(LANES, c, co + 8);
    FloatVector c10 = FloatVector.fromArray(LANES, c, co + 16);
    FloatVector c11 = FloatVector.fromArray(LANES, c, co + 24);
    FloatVector c20 = FloatVector.fromArray(LANES, c, co + 32);
    FloatVector c21 = FloatVector.fromArray(LANES, c, co + 40);
    FloatVector c30 = FloatVector.fromArray(LANES, c, co + 48);
    FloatVector c31 = FloatVector.fromArray(LANES, c, co + 56);
    for (int k = 0; k < n; k++) {
      FloatVector b0 = FloatVector.fromArray(LANES, b, bo + k * 16);
      FloatVector b1 = FloatVector.fromArray(LANES, b, bo + k * 16 + 8);
      FloatVector x = FloatVector.broadcast(LANES, a[ao + k * 64]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(LANES, a[ao + k * 64 + 1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(LANES, a[ao + k * 64 + 2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(LANES, a[ao + k * 64 + 3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + 8);
    c10.intoArray(c, co + 16);
    c11.intoArray(c, co + 24);
    c20.intoArray(c, co + 32);
    c21.intoArray(c, co + 40);
    c30.intoArray(c, co + 48);
    c31.intoArray(c, co + 56);
  }

  /**
   * c[r][x] += sum over k of a[r][k] b[k][x]: 4 rows of a block of scores by a panel of 16 columns.
   */
  static void rows16(float[] a, int ao, float[] b, int bo, int n, float[] c, int co) {
    FloatVector c00 = FloatVector.fromArray(LANES, c, co);
    FloatVector c01 = FloatVector.fromArray(LANES, c, co + 8);
    FloatVector c10 = FloatVector.fromArray(LANES, c, co + 16);
    FloatVector c11 = FloatVector.fromArray(LANES, c, co + 24);
    FloatVector c20 = FloatVector.fromArray(LANES, c, co + 32);
    FloatVector c21 = FloatVector.fromArray(LANES, c, co + 40);
    FloatVector c30 = FloatVector.fromArray(LANES, c, co + 48);
    FloatVector c31 = FloatVector.fromArray(LANES, c, co + 56);
    for (int k = 0; k < n; k++) {
      FloatVector b0 = FloatVector.fromArray(LANES, b, bo + k * 16);
      FloatVector b1 = FloatVector.fromArray(LANES, b, bo + k * 16 + 8);
      FloatVector x = FloatVector.broadcast(LANES, a[ao + k]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(LANES, a[ao + k + 64]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(LANES, a[ao + k + 128]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(LANES, a[ao + k + 192]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + 8);
    c10.intoArray(c, co + 16);
    c11.intoArray(c, co + 24);
    c20.intoArray(c, co + 32);
    c21.intoArray(c, co + 40);
    c30.intoArray(c, co + 48);
    c31.intoArray(c, co + 56);
  }

  /**
   * c[l][x] += sum over k of a[k][l] b[k][x]: 8 lanes of a block of scores by a panel of 8 columns.
   */
  static void cols8(float[] a, int ao, float[] b, int bo, int n, float[] c, int co) {
    FloatVector c00 = FloatVector.fromArray(LANES, c, co);
    FloatVector c10 = FloatVector.fromArray(LANES, c, co + 8);
    FloatVector c20 = FloatVector.fromArray(LANES, c, co + 16);
    FloatVector c30 = FloatVector.fromArray(LANES, c, co + 24);
    FloatVector c40 = FloatVector.fromArray(LANES, c, co + 32);
    FloatVector c50 = FloatVector.fromArray(LANES, c, co + 40);
    FloatVector c60 = FloatVector.fromArray(LANES, c, co + 48);
    FloatVector c70 = FloatVector.fromArray(LANES, c, co + 56);
    for (int k = 0; k < n; k++) {
      FloatVector b0 = FloatVector.fromArray(LANES, b, bo + k * 8);
      FloatVector x = FloatVector.broadcast(LANES, a[ao + k * 64]);
      c00 = x.fma(b0, c00);
      x = FloatVector.broadcast(LANES, a[ao + k * 64 + 1]);
      c10 = x.fma(b0, c10);
      x = FloatVector.broadcast(LANES, a[ao + k * 64 + 2]);
      c20 = x.fma(b0, c20);
      x = FloatVector.broadcast(LANES, a[ao + k * 64 + 3]);
      c30 = x.fma(b0, c30);
      x = FloatVector.broadcast(LANES, a[ao + k * 64 + 4]);
      c40 = x.fma(b0, c40);
      x = FloatVector.broadcast(LANES, a[ao + k * 64 + 5]);
      c50 = x.fma(b0, c50);
      x = FloatVector.broadcast(LANES, a[ao + k * 64 + 6]);
      c60 = x.fma(b0, c60);
      x = FloatVector.broadcast(LANES, a[ao + k * 64 + 7]);
      c70 = x.fma(b0, c70);
    }
    c00.intoArray(c, co);
    c10.intoArray(c, co + 8);
    c20.intoArray(c, co + 16);
    c30.intoArray(c, co + 24);
    c40.intoArray(c, co + 32);
    c50.intoArray(c, co + 40);
    c60.intoArray(c, co + 48);
    c70.intoArray(c, co + 56);
  }

  /**
   * c[r][x] += sum over k of a[r][k] b[k][x]: 6 rows of a block of scores by a panel of 8 columns.
   */
  static void rows8(float[] a, int ao, float[] b, int bo, int n, float[] c, int co) {
    FloatVector c00 = FloatVector.fromArray(LANES, c, co);
    FloatVector c10 = FloatVector.fromArray(LANES, c, co + 8);
    FloatVector c20 = FloatVector.fromArray(LANES, c, co + 16);
    FloatVector c30 = FloatVector.fromArray(LANES, c, co + 24);
    FloatVector c40 = FloatVector.fromArray(LANES, c, co + 32);
    FloatVector c50 = FloatVector.fromArray(LANES, c, co + 40);
    for (int k = 0; k < n; k++) {
      FloatVector b0 = FloatVector.fromArray(LANES, b, bo + k * 8);
      FloatVector x = FloatVector.broadcast(LANES, a[ao + k]);
      c00 = x.fma(b0, c00);
      x = FloatVector.broadcast(LANES, a[ao + k + 64]);
      c10 = x.fma(b0, c10);
      x = FloatVector.broadcast(LANES, a[ao + k + 128]);
      c20 = x.fma(b0, c20);
      x = FloatVector.broadcast(LANES, a[ao + k + 192]);
      c30 = x.fma(b0, c30);
      x = FloatVector.broadcast(LANES, a[ao + k + 256]);
      c40 = x.fma(b0, c40);
      x = FloatVector.broadcast(LANES, a[ao + k + 320]);
      c50 = x.fma(b0, c50);
    }
    c00.intoArray(c, co);
    c10.intoArray(c, co + 8);
    c20.intoArray(c, co + 16);
    c30.intoArray(c, co + 24);
    c40.intoArray(c, co + 32);
    c50.intoArray(c, co + 40);
  }
}
