package io.flowpp.core.kernel;

import static io.flowpp.core.kernel.Tiles.LANES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The passes over values of a gated block, on plain arrays whose lengths are multiples of 8. One
 * exponential a loop: with two, JDK 17 boxes vectors.
 */
final class Pointwise {
  private Pointwise() {}

  /**
   * concat_elu of rows of {@code width} values: row r's halves, one after the other, to {@code to}
   * from {@code at[r] + offset} on.
   */
  static void concatElu(float[] x, int width, float[] to, int[] at, int offset) {
    for (int k = 0; k < width; k += 8) {
      concatElu(x, k, width, to, at, offset);
    }
  }

  private static void concatElu(float[] x, int k, int width, float[] to, int[] at, int offset) {
    for (int r = 0; r < at.length; r++) {
      FloatVector v = FloatVector.fromArray(LANES, x, r * width + k);
      FloatVector below = Elementary.expm1(v.abs().neg());
      VectorMask<Float> positive = v.compare(VectorOperators.GT, 0f);
      int begin = at[r] + offset + k;
      below.blend(v, positive).intoArray(to, begin);
      v.neg().blend(below, positive).intoArray(to, begin + width);
    }
  }

  /** The gradient by x from those by both halves. */
  static void concatEluBack(float[] x, float[] left, float[] right, float[] dx, int n) {
    FloatVector one = FloatVector.broadcast(LANES, 1f);
    for (int i = 0; i < n; i += 8) {
      FloatVector v = FloatVector.fromArray(LANES, x, i);
      FloatVector slope = Elementary.exp(v.abs().neg());
      VectorMask<Float> positive = v.compare(VectorOperators.GT, 0f);
      FloatVector l = FloatVector.fromArray(LANES, left, i).mul(slope.blend(one, positive));
      FloatVector r = FloatVector.fromArray(LANES, right, i).mul(one.blend(slope, positive));
      l.sub(r).intoArray(dx, i);
    }
  }

  /** x = h + a·sigmoid(b). */
  static void gate(float[] a, float[] b, float[] h, float[] x, int n) {
    FloatVector one = FloatVector.broadcast(LANES, 1f);
    for (int i = 0; i < n; i += 8) {
      FloatVector v = FloatVector.fromArray(LANES, b, i);
      FloatVector e = Elementary.exp(v.abs().neg());
      FloatVector s = e.blend(one, v.compare(VectorOperators.GT, 0f)).div(e.add(one));
      FloatVector.fromArray(LANES, a, i).fma(s, FloatVector.fromArray(LANES, h, i)).intoArray(x, i);
    }
  }

  /** The gradients by a and b from d, that by x; that by h is d itself. */
  static void gateBack(float[] d, float[] a, float[] b, float[] da, float[] db, int n) {
    FloatVector one = FloatVector.broadcast(LANES, 1f);
    for (int i = 0; i < n; i += 8) {
      FloatVector v = FloatVector.fromArray(LANES, b, i);
      FloatVector e = Elementary.exp(v.abs().neg());
      FloatVector s = e.blend(one, v.compare(VectorOperators.GT, 0f)).div(e.add(one));
      FloatVector up = FloatVector.fromArray(LANES, d, i).mul(s);
      up.intoArray(da, i);
      // sigmoid(-b) = 1 - sigmoid(b), without the difference's loss of digits
      FloatVector rest = one.blend(e, v.compare(VectorOperators.GT, 0f)).div(e.add(one));
      up.mul(FloatVector.fromArray(LANES, a, i)).mul(rest).intoArray(db, i);
    }
  }

  /** Multiplies with masks of 0 and 1. */
  static void mask(float[] x, byte[] mask) {
    for (int i = 0; i < mask.length; i++) {
      x[i] *= mask[i];
    }
  }

  /** The same of two halves, [r,F] each, by masks [r,2F]. */
  static void maskHalves(float[] left, float[] right, int width, byte[] mask) {
    for (int row = 0, m = 0; row < left.length; row += width, m += 2 * width) {
      for (int k = 0; k < width; k++) {
        left[row + k] *= mask[m + k];
        right[row + k] *= mask[m + width + k];
      }
    }
  }

  /** The same of rows of {@code width} floats, which begin at {@code at[r] + offset}. */
  static void mask(float[] x, int[] at, int offset, int width, byte[] mask) {
    for (int r = 0; r < at.length; r++) {
      int begin = at[r] + offset;
      for (int k = 0; k < width; k++) {
        x[begin + k] *= mask[r * width + k];
      }
    }
  }

  /** sum += x. */
  static void add(float[] x, float[] sum, int n) {
    for (int i = 0; i < n; i++) {
      sum[i] += x[i];
    }
  }

  // Of rows of few values column by column, eight at a time: the loop over rows is the long one.

  /** Of each of {@code rows} rows, the sum of its {@code width} values. */
  static void rowSums(float[] x, int rows, int width, float[] lanes, float[] sums) {
    first(x, 0, width, rows, lanes);
    for (int k = 8; k < width; k += 8) {
      more(x, k, width, rows, lanes);
    }
    fold(lanes, rows, sums);
  }

  private static void first(float[] x, int k, int width, int rows, float[] lanes) {
    for (int r = 0; r < rows; r++) {
      FloatVector.fromArray(LANES, x, r * width + k).intoArray(lanes, r * 8);
    }
  }

  private static void more(float[] x, int k, int width, int rows, float[] lanes) {
    for (int r = 0; r < rows; r++) {
      FloatVector.fromArray(LANES, x, r * width + k)
          .add(FloatVector.fromArray(LANES, lanes, r * 8))
          .intoArray(lanes, r * 8);
    }
  }

  /** The same of the squares of x less its row's mean. */
  static void rowSquares(
      float[] x, float[] means, int rows, int width, float[] lanes, float[] sums) {
    Arrays.fill(lanes, 0, rows * 8, 0f);
    for (int k = 0; k < width; k += 8) {
      squares(x, k, means, rows, width, lanes);
    }
    fold(lanes, rows, sums);
  }

  private static void squares(float[] x, int k, float[] means, int rows, int width, float[] lanes) {
    for (int r = 0; r < rows; r++) {
      FloatVector v =
          FloatVector.fromArray(LANES, x, r * width + k)
              .sub(FloatVector.broadcast(LANES, means[r]));
      v.fma(v, FloatVector.fromArray(LANES, lanes, r * 8)).intoArray(lanes, r * 8);
    }
  }

  /** In an order of our own, where the vectors' sum may use any. */
  private static void fold(float[] lanes, int rows, float[] sums) {
    for (int r = 0; r < rows; r++) {
      int i = r * 8;
      float low = (lanes[i] + lanes[i + 1]) + (lanes[i + 2] + lanes[i + 3]);
      float high = (lanes[i + 4] + lanes[i + 5]) + (lanes[i + 6] + lanes[i + 7]);
      sums[r] = low + high;
    }
  }

  /** y = (x - mean) scale w + b, row by row. */
  static void normalise(
      float[] x,
      float[] means,
      float[] scales,
      float[] w,
      float[] b,
      int rows,
      int width,
      float[] y) {
    for (int k = 0; k < width; k += 8) {
      normalise(x, k, means, scales, w, b, rows, width, y);
    }
  }

  private static void normalise(
      float[] x,
      int k,
      float[] means,
      float[] scales,
      float[] w,
      float[] b,
      int rows,
      int width,
      float[] y) {
    FloatVector gain = FloatVector.fromArray(LANES, w, k);
    FloatVector bias = FloatVector.fromArray(LANES, b, k);
    for (int r = 0; r < rows; r++) {
      FloatVector v = FloatVector.fromArray(LANES, x, r * width + k);
      v = v.sub(FloatVector.broadcast(LANES, means[r]));
      v = v.mul(FloatVector.broadcast(LANES, scales[r]));
      v.fma(gain, bias).intoArray(y, r * width + k);
    }
  }

  /**
   * The first half of a layer norm's way back: x becomes the normalised values, d becomes d·w; adds
   * to the gradients of w and b; rows' sums, lane by lane, of d·w and of their products with x.
   */
  static void normBack(
      float[] d,
      float[] x,
      float[] means,
      float[] scales,
      float[] w,
      int rows,
      int width,
      float[] gw,
      float[] gb,
      float[] sums,
      float[] products) {
    Arrays.fill(sums, 0, rows * 8, 0f);
    Arrays.fill(products, 0, rows * 8, 0f);
    for (int k = 0; k < width; k += 8) {
      normBack(d, x, k, means, scales, w, rows, width, gw, gb);
      more(d, k, width, rows, sums);
      moreProducts(d, x, k, width, rows, products);
    }
  }

  private static void normBack(
      float[] d,
      float[] x,
      int k,
      float[] means,
      float[] scales,
      float[] w,
      int rows,
      int width,
      float[] gw,
      float[] gb) {
    FloatVector gain = FloatVector.fromArray(LANES, w, k);
    FloatVector byGain = FloatVector.fromArray(LANES, gw, k);
    FloatVector byBias = FloatVector.fromArray(LANES, gb, k);
    for (int r = 0; r < rows; r++) {
      FloatVector v = FloatVector.fromArray(LANES, x, r * width + k);
      v = v.sub(FloatVector.broadcast(LANES, means[r]));
      v = v.mul(FloatVector.broadcast(LANES, scales[r]));
      v.intoArray(x, r * width + k);
      FloatVector up = FloatVector.fromArray(LANES, d, r * width + k);
      byGain = up.fma(v, byGain);
      byBias = byBias.add(up);
      up.mul(gain).intoArray(d, r * width + k);
    }
    byGain.intoArray(gw, k);
    byBias.intoArray(gb, k);
  }

  private static void moreProducts(
      float[] d, float[] x, int k, int width, int rows, float[] products) {
    for (int r = 0; r < rows; r++) {
      FloatVector.fromArray(LANES, d, r * width + k)
          .fma(
              FloatVector.fromArray(LANES, x, r * width + k),
              FloatVector.fromArray(LANES, products, r * 8))
          .intoArray(products, r * 8);
    }
  }

  /** The second half: d = scale (d - mean of d - x · mean of d·x). */
  static void normBackRest(
      float[] d, float[] x, float[] scales, float[] sums, float[] products, int rows, int width) {
    fold(sums, rows, sums);
    fold(products, rows, products);
    float share = 1f / width;
    for (int r = 0; r < rows; r++) {
      sums[r] *= share;
      products[r] *= -share;
    }
    for (int k = 0; k < width; k += 8) {
      normBackRest(d, x, k, scales, sums, products, rows, width);
    }
  }

  private static void normBackRest(
      float[] d,
      float[] x,
      int k,
      float[] scales,
      float[] sums,
      float[] products,
      int rows,
      int width) {
    for (int r = 0; r < rows; r++) {
      FloatVector v = FloatVector.fromArray(LANES, d, r * width + k);
      v = v.sub(FloatVector.broadcast(LANES, sums[r]));
      v =
          FloatVector.fromArray(LANES, x, r * width + k)
              .fma(FloatVector.broadcast(LANES, products[r]), v);
      v.mul(FloatVector.broadcast(LANES, scales[r])).intoArray(d, r * width + k);
    }
  }

  /** y[i] = the largest of x[3i], x[3i+1] and x[3i+2]. */
  static void largestOfThree(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.max(Math.max(x[3 * i], x[3 * i + 1]), x[3 * i + 2]);
    }
  }

  /** The gradient by x, which equal largest ones share. */
  static void largestOfThreeBack(float[] x, float[] y, float[] dy, float[] dx, int n) {
    for (int i = 0; i < n; i++) {
      int equal = 0;
      for (int k = 0; k < 3; k++) {
        equal += x[3 * i + k] == y[i] ? 1 : 0;
      }
      for (int k = 0; k < 3; k++) {
        dx[3 * i + k] = x[3 * i + k] == y[i] ? dy[i] / equal : 0f;
      }
    }
  }
}
