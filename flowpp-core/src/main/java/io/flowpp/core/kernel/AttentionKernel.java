package io.flowpp.core.kernel;

import static io.flowpp.core.kernel.Tiles.LANES;
import static io.flowpp.core.kernel.Tiles.LD;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Self-attention of one image, forward and backward, on plain arrays: per head {@code o = softmax(q
 * k' / sqrt(d)) v}.
 *
 * <p>Shapes: p [T,3F] as the network's linear layer gives it (q, k, v side by side, each F = heads
 * * d channels, heads consecutive), o and its gradient [T,F], lse [heads,T]. Scores are kept in
 * base two: q carries log2(e)/sqrt(d), so that exp becomes 2^x and lse is log2 of the row's sum.
 *
 * <p>Blocks of 48 queries by 48 keys stay in the first-level cache; the softmax runs along with the
 * blocks (Dao et al. 2022), the backward computes the scores again from lse. One object holds the
 * scratch of one thread. Same input, same bits: no sum depends on threads, on timing or on what C2
 * made of the code.
 */
final class AttentionKernel {
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
  private static final int BLOCK = 48; // a multiple of every tile: 24, 16, 8, 6, 4, 3
  private static final float LOG2_E = 1.44269504f;
  private static final float LOWEST =
      -120f; // 2^-120 is as good as 0 beside a row's largest term, 1
  private static final float MILD =
      50f; // sums of so many bits are far from where they over- or underflow
  private static final float SLACK =
      16f; // how far scores may run ahead of the subtracted maximum, in bits
  private static final float ROUND =
      12582912f
          + 127f; // 1.5 * 2^23 rounds to an integer, held in the low bits; 127 is the exponent of 1

  private final int tokens;
  private final int heads;
  private final int d;
  private final int depth; // d padded to full vectors
  private final int rows; // tokens padded to full blocks

  private final float[] keys;
  private final float[] values; // forward: v; backward: the gradient of o
  private final float[] queries;
  private final float[] keyGrad;
  private final float[] valueGrad;
  private final float[] blockOut; // o, or the gradient of q, of one block
  private final float[] queryLanes;
  private final float[] gradLanes;
  private final float[] score = new float[BLOCK * LD];
  private final float[] scoreGrad = new float[BLOCK * LD];
  private final float[] max = new float[BLOCK];
  private final float[] sum = new float[BLOCK];
  private final float[] total = new float[BLOCK];
  private final float[] shrink = new float[BLOCK];

  public AttentionKernel(int tokens, int heads, int headDim) {
    this.tokens = tokens;
    this.heads = heads;
    this.d = headDim;
    this.depth = (headDim + 7) / 8 * 8;
    this.rows = (tokens + BLOCK - 1) / BLOCK * BLOCK;
    int panels = panelFloats(rows);
    keys = new float[panels];
    values = new float[panels];
    queries = new float[panels];
    keyGrad = new float[panels];
    valueGrad = new float[panels];
    blockOut = new float[panelFloats(BLOCK)];
    queryLanes = new float[d * LD];
    gradLanes = new float[d * LD];
  }

  /**
   * Whether this machine runs the tiles in its vector unit; where it does not they are far slower
   * than any library.
   */
  public static boolean isFast() {
    return FloatVector.SPECIES_PREFERRED.length() >= LANES.length();
  }

  /** Reads p at pOffset; writes o at oOffset and, for the backward, lse at lseOffset. */
  public void forward(float[] p, int pOffset, float[] o, int oOffset, float[] lse, int lseOffset) {
    int width = heads * d;
    for (int head = 0; head < heads; head++) {
      int q = pOffset + head * d;
      packPanels(p, q + 2 * width, 3 * width, values);
      boolean mild = isMild(p, q, width);
      for (int i = 0; i < tokens; i += BLOCK) {
        int n = Math.min(BLOCK, tokens - i);
        packLanes(p, q + i * 3 * width, 3 * width, n, LOG2_E / (float) Math.sqrt(d), queryLanes);
        Arrays.fill(blockOut, 0f);
        Arrays.fill(max, mild ? 0f : Float.NEGATIVE_INFINITY);
        Arrays.fill(sum, 0f);
        for (int j = 0; j < tokens; j += BLOCK) {
          int m = Math.min(BLOCK, tokens - j);
          scores(p, q + width + j * 3 * width, 3 * width, m, queryLanes, n, score);
          if (mild) {
            for (int lane = 0; lane < n; lane += 8) {
              exponentials(score, lane, m, sum);
            }
          } else {
            for (int lane = 0; lane < n; lane += 8) {
              softmax(score, lane, m, max, shrink, total);
              catchUp(lane, shrink, total, sum);
            }
            if (j > 0 && shrinks(n)) {
              shrinkRows(n);
            }
          }
          addColumns(score, values, j, m, n);
        }
        for (int r = 0; r < n; r++) {
          lse[lseOffset + head * tokens + i + r] =
              max[r] + (float) (Math.log(sum[r]) * (1 / Math.log(2)));
          shrink[r] = 1 / sum[r];
        }
        shrinkRows(n);
        unpack(blockOut, BLOCK, n, 1f, o, oOffset + i * width + head * d, width);
      }
    }
  }

  /**
   * Reads p, o, lse as {@link #forward} left them and the gradient of o; writes the gradient of p.
   */
  public void backward(
      float[] p,
      int pOffset,
      float[] o,
      int oOffset,
      float[] lse,
      int lseOffset,
      float[] oGrad,
      int oGradOffset,
      float[] pGrad,
      int pGradOffset) {
    int width = heads * d;
    float scale = 1 / (float) Math.sqrt(d);
    for (int head = 0; head < heads; head++) {
      int q = pOffset + head * d;
      int out = oGradOffset + head * d;
      packPanels(p, q, 3 * width, queries);
      packPanels(p, q + width, 3 * width, keys);
      packPanels(oGrad, out, width, values);
      Arrays.fill(keyGrad, 0f);
      Arrays.fill(valueGrad, 0f);
      for (int i = 0; i < tokens; i += BLOCK) {
        int n = Math.min(BLOCK, tokens - i);
        packLanes(p, q + i * 3 * width, 3 * width, n, LOG2_E / (float) Math.sqrt(d), queryLanes);
        packLanes(oGrad, out + i * width, width, n, 1f, gradLanes);
        Arrays.fill(blockOut, 0f);
        System.arraycopy(lse, lseOffset + head * tokens + i, max, 0, n);
        for (int r = 0; r < n; r++) {
          sum[r] = dot(oGrad, out + (i + r) * width, o, oOffset + (i + r) * width + head * d, d);
        }
        for (int j = 0; j < tokens; j += BLOCK) {
          int m = Math.min(BLOCK, tokens - j);
          scores(p, q + width + j * 3 * width, 3 * width, m, queryLanes, n, score);
          scores(p, q + 2 * width + j * 3 * width, 3 * width, m, gradLanes, n, scoreGrad);
          for (int lane = 0; lane < n; lane += 8) {
            softmaxGrad(score, scoreGrad, lane, m, max, sum);
          }
          addRows(score, values, i, n, m, valueGrad, j);
          addRows(scoreGrad, queries, i, n, m, keyGrad, j);
          addColumns(scoreGrad, keys, j, m, n);
        }
        unpack(blockOut, BLOCK, n, scale, pGrad, pGradOffset + i * 3 * width + head * d, 3 * width);
      }
      unpack(keyGrad, rows, tokens, scale, pGrad, pGradOffset + width + head * d, 3 * width);
      unpack(valueGrad, rows, tokens, 1f, pGrad, pGradOffset + 2 * width + head * d, 3 * width);
    }
  }

  // ---- products of blocks ----

  /**
   * c[key][query] for m keys, whose rows of d channels begin at a, and n queries; the last key
   * stands in for those that a tile lacks.
   */
  private void scores(float[] from, int a, int step, int m, float[] lanes, int n, float[] c) {
    for (int r = 0; r < m; r += 3) {
      int a0 = a + r * step;
      int a1 = a + Math.min(r + 1, m - 1) * step;
      int a2 = a + Math.min(r + 2, m - 1) * step;
      int lane = 0;
      for (; lane + 16 < n; lane += 24) {
        Tiles.score24(from, a0, a1, a2, lanes, lane, d, c, r * LD + lane);
      }
      if (lane + 8 < n) {
        Tiles.score16(from, a0, a1, a2, lanes, lane, d, c, r * LD + lane);
      } else if (lane < n) {
        Tiles.score8(from, a0, a1, a2, lanes, lane, d, c, r * LD + lane);
      }
    }
  }

  /** blockOut[query] += sum over m keys of s[key][query] * panel[key]. */
  private void addColumns(float[] s, float[] panel, int j, int m, int n) {
    for (int x = 0; x < depth; ) {
      int w = panelWidth(x);
      int stride = stride(w);
      int b = panelStart(x, rows) + j * stride;
      int c = panelStart(x, BLOCK);
      if (w == 24) {
        for (int l = 0; l < n; l += 3) {
          Tiles.cols24(s, l, panel, b, m, blockOut, c + l * stride);
        }
      } else if (w == 16) {
        for (int l = 0; l < n; l += 4) {
          Tiles.cols16(s, l, panel, b, m, blockOut, c + l * stride);
        }
      } else {
        for (int l = 0; l < n; l += 8) {
          Tiles.cols8(s, l, panel, b, m, blockOut, c + l * stride);
        }
      }
      x += w;
    }
  }

  /**
   * c[key] += sum over n queries from row i on of s[key][query] * panel[query], for m keys from row
   * j on.
   */
  private void addRows(float[] s, float[] panel, int i, int n, int m, float[] to, int j) {
    for (int x = 0; x < depth; ) {
      int w = panelWidth(x);
      int stride = stride(w);
      int b = panelStart(x, rows) + i * stride;
      int c = panelStart(x, rows) + j * stride;
      if (w == 24) {
        for (int r = 0; r < m; r += 3) {
          Tiles.rows24(s, r * LD, panel, b, n, to, c + r * stride);
        }
      } else if (w == 16) {
        for (int r = 0; r < m; r += 4) {
          Tiles.rows16(s, r * LD, panel, b, n, to, c + r * stride);
        }
      } else {
        for (int r = 0; r < m; r += 6) {
          Tiles.rows8(s, r * LD, panel, b, n, to, c + r * stride);
        }
      }
      x += w;
    }
  }

  // ---- softmax, one lane a query ----

  /**
   * Whether no score of a head can be beyond {@link #MILD}, by the largest norms of its queries and
   * keys (Cauchy and Schwarz): then exponentials need neither a maximum nor care for what under- or
   * overflows.
   */
  private boolean isMild(float[] p, int q, int width) {
    double scale = LOG2_E / Math.sqrt(d);
    return Math.sqrt((double) norm(p, q, 3 * width) * norm(p, q + width, 3 * width)) * scale < MILD;
  }

  /** The largest squared norm of a row of d values; NaN where there is one. */
  private float norm(float[] p, int at, int step) {
    float largest = 0;
    for (int t = 0; t < tokens; t++) {
      largest = Math.max(largest, dot(p, at + t * step, p, at + t * step, d));
    }
    return largest;
  }

  /** Turns eight columns of m mild scores into their powers of two and adds these to sum. */
  static void exponentials(float[] s, int lane, int m, float[] sum) {
    FloatVector t = FloatVector.fromArray(LANES, sum, lane);
    for (int j = 0; j < m; j++) {
      FloatVector e = mildExp2(FloatVector.fromArray(LANES, s, lane + j * LD));
      e.intoArray(s, lane + j * LD);
      t = t.add(e);
    }
    t.intoArray(sum, lane);
  }

  /**
   * Turns eight columns of m scores into 2^(s - max) and leaves their sums in total. max follows
   * the largest score only when that has run SLACK ahead; what was summed before then has to
   * shrink, by 2^shrink. The terms stay below 2^SLACK.
   */
  static void softmax(float[] s, int lane, int m, float[] max, float[] shrink, float[] total) {
    FloatVector before = FloatVector.fromArray(LANES, max, lane);
    FloatVector top = before;
    for (int j = 0; j < m; j++) {
      FloatVector x = FloatVector.fromArray(LANES, s, lane + j * LD);
      top = top.blend(x, x.compare(VectorOperators.GT, top));
    }
    top = before.blend(top, top.compare(VectorOperators.GT, before.add(SLACK)));
    top.intoArray(max, lane);
    before.sub(top).intoArray(shrink, lane);
    FloatVector t = FloatVector.zero(LANES);
    for (int j = 0; j < m; j++) {
      FloatVector e = exp2(FloatVector.fromArray(LANES, s, lane + j * LD).sub(top));
      e.intoArray(s, lane + j * LD);
      t = t.add(e);
    }
    t.intoArray(total, lane);
  }

  /**
   * sum = sum * 2^shrink + total, and shrink becomes the factor itself. Apart from softmax, which
   * must not hold a second exp2: JDK 17 would box vectors.
   */
  static void catchUp(int lane, float[] shrink, float[] total, float[] sum) {
    FloatVector factor = exp2(FloatVector.fromArray(LANES, shrink, lane));
    factor
        .fma(FloatVector.fromArray(LANES, sum, lane), FloatVector.fromArray(LANES, total, lane))
        .intoArray(sum, lane);
    factor.intoArray(shrink, lane);
  }

  /**
   * Eight columns: s becomes the probabilities 2^(s - lse), g (the gradient of the probabilities)
   * becomes that of the scores, P (g - delta). One exp2 in the loop, no more: with two, JDK 17
   * boxes vectors.
   */
  static void softmaxGrad(float[] s, float[] g, int lane, int m, float[] lse, float[] delta) {
    FloatVector log = FloatVector.fromArray(LANES, lse, lane);
    FloatVector mean = FloatVector.fromArray(LANES, delta, lane);
    for (int j = 0; j < m; j++) {
      FloatVector e = exp2(FloatVector.fromArray(LANES, s, lane + j * LD).sub(log));
      e.intoArray(s, lane + j * LD);
      FloatVector.fromArray(LANES, g, lane + j * LD).sub(mean).mul(e).intoArray(g, lane + j * LD);
    }
  }

  /**
   * 2^x for x up to 127: integer part into the exponent, a polynomial for the rest (relative error
   * below 2e-7). Casting by a constant species, not reinterpretAsInts: JDK 17 does not always
   * compile the latter to nothing.
   */
  static FloatVector exp2(FloatVector x) {
    FloatVector lowest = FloatVector.broadcast(LANES, LOWEST);
    VectorMask<Float> under = x.compare(VectorOperators.LT, lowest);
    return mildExp2(x.blend(lowest, under));
  }

  /** The same for x from {@link #LOWEST} on. */
  private static FloatVector mildExp2(FloatVector t) {
    FloatVector round = FloatVector.broadcast(LANES, ROUND);
    FloatVector z = t.add(round);
    FloatVector f = t.sub(z.sub(round));
    FloatVector y = FloatVector.broadcast(LANES, 0.0013264727f);
    y = y.fma(f, FloatVector.broadcast(LANES, 0.009671513f));
    y = y.fma(f, FloatVector.broadcast(LANES, 0.055507336f));
    y = y.fma(f, FloatVector.broadcast(LANES, 0.24022242f));
    y = y.fma(f, FloatVector.broadcast(LANES, 0.693147f));
    y = y.fma(f, FloatVector.broadcast(LANES, 1f));
    IntVector exponent =
        ((IntVector) z.reinterpretShape(INTS, 0)).lanewise(VectorOperators.LSHL, 23);
    return y.mul((FloatVector) exponent.reinterpretShape(LANES, 0));
  }

  private boolean shrinks(int n) {
    for (int r = 0; r < n; r++) {
      if (shrink[r] != 1f) {
        return true;
      }
    }
    return false;
  }

  private void shrinkRows(int n) {
    for (int x = 0; x < depth; ) {
      int w = panelWidth(x);
      int start = panelStart(x, BLOCK);
      int stride = stride(w);
      for (int r = 0; r < n; r++) {
        float factor = shrink[r];
        int at = start + r * stride;
        for (int k = 0; k < w; k += 8) {
          FloatVector.fromArray(LANES, blockOut, at + k).mul(factor).intoArray(blockOut, at + k);
        }
      }
      x += w;
    }
  }

  private static float dot(float[] a, int ao, float[] b, int bo, int n) {
    float s0 = 0;
    float s1 = 0;
    int k = 0;
    for (; k + 1 < n; k += 2) {
      s0 += a[ao + k] * b[bo + k];
      s1 += a[ao + k + 1] * b[bo + k + 1];
    }
    return k < n ? s0 + s1 + a[ao + k] * b[bo + k] : s0 + s1;
  }

  // ---- layouts ----

  private int panelWidth(int x) {
    return Math.min(24, depth - x);
  }

  private static int stride(int width) {
    return width == 24 ? 32 : width;
  }

  private static int panelStart(int x, int rows) {
    return x / 24 * 32 * rows;
  }

  private int panelFloats(int rows) {
    int last = (depth - 1) / 24 * 24;
    return panelStart(last, rows) + stride(depth - last) * rows;
  }

  private static void packLane(float[] from, int at, int d, float scale, float[] to, int start) {
    for (int k = 0; k < d; k++) {
      to[start + k * LD] = from[at + k] * scale;
    }
  }

  private void packLanes(float[] from, int offset, int step, int n, float scale, float[] to) {
    for (int t = 0; t < n; t++) {
      packLane(from, offset + t * step, d, scale, to, t);
    }
  }

  private void packPanels(float[] from, int offset, int step, float[] to) {
    for (int x = 0; x < depth; ) {
      int w = panelWidth(x);
      int stride = stride(w);
      int start = panelStart(x, rows);
      int used = Math.min(w, d - x);
      for (int t = 0; t < tokens; t++) {
        System.arraycopy(from, offset + t * step + x, to, start + t * stride, used);
      }
      x += w;
    }
  }

  private void unpack(
      float[] from, int fromRows, int n, float scale, float[] to, int offset, int step) {
    for (int x = 0; x < depth; ) {
      int w = panelWidth(x);
      int stride = stride(w);
      int start = panelStart(x, fromRows);
      int used = Math.min(w, d - x);
      for (int t = 0; t < n; t++) {
        scaleRow(from, start + t * stride, used, scale, to, offset + t * step + x);
      }
      x += w;
    }
  }

  private static void scaleRow(float[] from, int at, int n, float scale, float[] to, int start) {
    int k = 0;
    for (; k + 8 <= n; k += 8) {
      FloatVector.fromArray(LANES, from, at + k).mul(scale).intoArray(to, start + k);
    }
    for (; k < n; k++) {
      to[start + k] = from[at + k] * scale;
    }
  }
}
