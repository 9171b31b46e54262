package io.flowpp.core.kernel;

import static io.flowpp.core.kernel.Tiles.LANES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * y = logit F(x) e^s + t for mixtures F of K logistics, and its way back, on plain arrays, 64
 * elements at a time, which stay in the first-level cache. All is done with logarithms, where
 * neither tail loses its digits: log F = log Σ π σ(z), log(1-F) = log Σ π σ(-z), log F' = log Σ π
 * σ(z) σ(-z) / scale. One object holds the scratch of one thread.
 *
 * <p>raw of an element: s before its tanh, t, K logits of π, K means, K log-scales, which are
 * floored at -7.
 */
final class MixtureKernel {
  private static final int BLOCK = 64;
  private static final float MIN_LOG_SCALE = -7f;

  private final int k;
  private final int width; // of an element's raw values
  private final int all; // components of a block's elements

  // of each element of a block
  private final float[] x = new float[BLOCK];
  private final float[] d = new float[BLOCK];
  private final float[] s = new float[BLOCK];
  private final float[] growth = new float[BLOCK]; // e^s
  private final float[] top = new float[BLOCK];
  private final float[] total = new float[BLOCK];
  private final float[] weightsSum = new float[BLOCK];
  private final float[] cdf = new float[BLOCK];
  private final float[] survival = new float[BLOCK];
  private final float[] density = new float[BLOCK];
  private final float[] results = new float[BLOCK];
  private final float[] slopes = new float[BLOCK];
  private final float[] dx = new float[BLOCK];

  // components first
  private final float[] raw;
  private final float[] draw;
  private final float[] weights; // log π
  private final float[] shares; // π
  private final float[] inverse; // 1/scale
  private final float[] logScales;
  private final float[] z;
  private final float[] e; // e^-|z|
  private final float[] soft; // log(1 + e)
  private final float[] below; // log π σ(z)
  private final float[] above; // log π σ(-z)
  private final float[] peak; // log π σ(z) σ(-z) / scale
  private final float[] belowShare;
  private final float[] aboveShare;
  private final float[] peakShare;

  MixtureKernel(int components) {
    k = components;
    width = 2 + 3 * k;
    all = k * BLOCK;
    raw = new float[width * BLOCK];
    draw = new float[width * BLOCK];
    weights = new float[all];
    shares = new float[all];
    inverse = new float[all];
    logScales = new float[all];
    z = new float[all];
    e = new float[all];
    soft = new float[all];
    below = new float[all];
    above = new float[all];
    peak = new float[all];
    belowShare = new float[all];
    aboveShare = new float[all];
    peakShare = new float[all];
  }

  /**
   * @param from n elements
   * @param parameters their raw values, one element after the other
   * @param y set to the result
   * @return the sum of log dy/dx
   */
  double forward(float[] from, float[] parameters, float[] y) {
    double sum = 0;
    for (int at = 0; at < from.length; at += BLOCK) {
      int n = Math.min(BLOCK, from.length - at);
      read(from, parameters, at, n);
      terms(false);
      transform(raw, s, growth, cdf, survival, density, results, slopes);
      System.arraycopy(results, 0, y, at, n);
      for (int i = 0; i < n; i++) {
        sum += slopes[i];
      }
    }
    return sum;
  }

  /**
   * @param dy gradient by the result
   * @param l that by the sum of log dy/dx
   * @param dfrom set to the gradient by the elements
   * @param dparameters set to that by their raw values
   */
  void back(
      float[] dy, float l, float[] from, float[] parameters, float[] dfrom, float[] dparameters) {
    for (int at = 0; at < from.length; at += BLOCK) {
      int n = Math.min(BLOCK, from.length - at);
      read(from, parameters, at, n);
      System.arraycopy(dy, at, d, 0, n);
      terms(true);
      ends(d, l, s, growth, cdf, survival, draw);
      for (int i = 0; i < k; i++) {
        component(i, l);
      }
      sumComponents(dx);
      System.arraycopy(dx, 0, dfrom, at, n);
      for (int j = 0; j < width; j++) {
        scatter(draw, j * BLOCK, n, dparameters, at * width + j, width);
      }
    }
  }

  // ---- what both ways compute ----

  /** Takes n elements; those that a block lacks are all 0. */
  private void read(float[] from, float[] parameters, int at, int n) {
    if (n < BLOCK) {
      Arrays.fill(x, 0f);
      Arrays.fill(raw, 0f);
      Arrays.fill(d, 0f);
    }
    System.arraycopy(from, at, x, 0, n);
    for (int j = 0; j < width; j++) {
      gather(parameters, at * width + j, width, n, raw, j * BLOCK);
    }
  }

  private static void gather(float[] from, int at, int step, int n, float[] to, int start) {
    for (int i = 0; i < n; i++) {
      to[start + i] = from[at + i * step];
    }
  }

  private static void scatter(float[] from, int at, int n, float[] to, int start, int step) {
    for (int i = 0; i < n; i++) {
      to[start + i * step] = from[at + i];
    }
  }

  /**
   * @param back whether the components' shares in the three sums are wanted too
   */
  private void terms(boolean back) {
    tanh(raw, s);
    grow(s, growth);
    int logits = 2 * BLOCK;
    // log π = logit - log Σ e^logit
    System.arraycopy(raw, logits, weights, 0, all);
    logSum(weights, shares, weightsSum, back);
    for (int i = 0; i < k; i++) {
      subtract(weights, i * BLOCK, weightsSum);
    }
    floor(raw, (2 + 2 * k) * BLOCK, logScales, all);
    invert(logScales, inverse, all);
    for (int i = 0; i < k; i++) {
      standardise(x, raw, (2 + k + i) * BLOCK, inverse, z, i * BLOCK);
    }
    decay(z, e, all);
    soften(e, soft, all);
    tails(weights, z, soft, logScales, below, above, peak, all);
    logSum(below, belowShare, cdf, back);
    logSum(above, aboveShare, survival, back);
    logSum(peak, peakShare, density, back);
  }

  /** sum = log Σ e^a over components; terms are their shares in it, if wanted. */
  private void logSum(float[] a, float[] terms, float[] sum, boolean shares) {
    System.arraycopy(a, 0, top, 0, BLOCK);
    for (int i = 1; i < k; i++) {
      raise(a, i * BLOCK, top);
    }
    Arrays.fill(total, 0f);
    for (int i = 0; i < k; i++) {
      addTerm(a, i * BLOCK, top, terms, total);
    }
    log(top, total, sum);
    if (shares) {
      for (int i = 0; i < k; i++) {
        divide(terms, i * BLOCK, total);
      }
    }
  }

  private static void raise(float[] a, int at, float[] top) {
    for (int i = 0; i < BLOCK; i += 8) {
      FloatVector v = FloatVector.fromArray(LANES, a, at + i);
      FloatVector t = FloatVector.fromArray(LANES, top, i);
      t.blend(v, v.compare(VectorOperators.GT, t)).intoArray(top, i);
    }
  }

  private static void addTerm(float[] a, int at, float[] top, float[] terms, float[] sum) {
    for (int i = 0; i < BLOCK; i += 8) {
      FloatVector v = FloatVector.fromArray(LANES, a, at + i);
      v = Elementary.exp(v.sub(FloatVector.fromArray(LANES, top, i)));
      v.intoArray(terms, at + i);
      v.add(FloatVector.fromArray(LANES, sum, i)).intoArray(sum, i);
    }
  }

  private static void log(float[] top, float[] total, float[] sum) {
    for (int i = 0; i < BLOCK; i += 8) {
      Elementary.log(FloatVector.fromArray(LANES, total, i))
          .add(FloatVector.fromArray(LANES, top, i))
          .intoArray(sum, i);
    }
  }

  private static void subtract(float[] a, int at, float[] b) {
    for (int i = 0; i < BLOCK; i += 8) {
      FloatVector.fromArray(LANES, a, at + i)
          .sub(FloatVector.fromArray(LANES, b, i))
          .intoArray(a, at + i);
    }
  }

  private static void divide(float[] a, int at, float[] b) {
    for (int i = 0; i < BLOCK; i += 8) {
      FloatVector.fromArray(LANES, a, at + i)
          .div(FloatVector.fromArray(LANES, b, i))
          .intoArray(a, at + i);
    }
  }

  private static void tanh(float[] a, float[] to) {
    for (int i = 0; i < BLOCK; i += 8) {
      FloatVector v = FloatVector.fromArray(LANES, a, i);
      FloatVector m = Elementary.expm1(v.abs().mul(-2f)).neg();
      FloatVector t = m.div(FloatVector.broadcast(LANES, 2f).sub(m));
      t.blend(t.neg(), v.compare(VectorOperators.LT, 0f)).intoArray(to, i);
    }
  }

  private static void grow(float[] a, float[] to) {
    for (int i = 0; i < BLOCK; i += 8) {
      Elementary.exp(FloatVector.fromArray(LANES, a, i)).intoArray(to, i);
    }
  }

  /** to = e^-a. */
  private static void invert(float[] a, float[] to, int n) {
    for (int i = 0; i < n; i += 8) {
      Elementary.exp(FloatVector.fromArray(LANES, a, i).neg()).intoArray(to, i);
    }
  }

  private static void floor(float[] a, int at, float[] to, int n) {
    FloatVector least = FloatVector.broadcast(LANES, MIN_LOG_SCALE);
    for (int i = 0; i < n; i += 8) {
      FloatVector v = FloatVector.fromArray(LANES, a, at + i);
      v.blend(least, v.compare(VectorOperators.LT, least)).intoArray(to, i);
    }
  }

  private static void standardise(
      float[] x, float[] raw, int means, float[] inverse, float[] z, int at) {
    for (int i = 0; i < BLOCK; i += 8) {
      FloatVector.fromArray(LANES, x, i)
          .sub(FloatVector.fromArray(LANES, raw, means + i))
          .mul(FloatVector.fromArray(LANES, inverse, at + i))
          .intoArray(z, at + i);
    }
  }

  private static void decay(float[] z, float[] e, int n) {
    for (int i = 0; i < n; i += 8) {
      Elementary.exp(FloatVector.fromArray(LANES, z, i).abs().neg()).intoArray(e, i);
    }
  }

  private static void soften(float[] e, float[] soft, int n) {
    for (int i = 0; i < n; i += 8) {
      Elementary.log1p(FloatVector.fromArray(LANES, e, i)).intoArray(soft, i);
    }
  }

  /** log σ(z) = min(z, 0) - soft and log σ(-z) = min(-z, 0) - soft, each from its own side. */
  private static void tails(
      float[] weights,
      float[] z,
      float[] soft,
      float[] logScales,
      float[] below,
      float[] above,
      float[] peak,
      int n) {
    FloatVector zero = FloatVector.zero(LANES);
    for (int i = 0; i < n; i += 8) {
      FloatVector v = FloatVector.fromArray(LANES, z, i);
      FloatVector lost = FloatVector.fromArray(LANES, soft, i);
      FloatVector w = FloatVector.fromArray(LANES, weights, i);
      FloatVector left = v.blend(zero, v.compare(VectorOperators.GT, 0f)).sub(lost);
      FloatVector right = v.neg().blend(zero, v.compare(VectorOperators.LT, 0f)).sub(lost);
      FloatVector b = w.add(left);
      b.intoArray(below, i);
      w.add(right).intoArray(above, i);
      b.add(right).sub(FloatVector.fromArray(LANES, logScales, i)).intoArray(peak, i);
    }
  }

  // ---- forward ----

  private static void transform(
      float[] raw,
      float[] s,
      float[] growth,
      float[] cdf,
      float[] survival,
      float[] density,
      float[] y,
      float[] slopes) {
    for (int i = 0; i < BLOCK; i += 8) {
      FloatVector left = FloatVector.fromArray(LANES, cdf, i);
      FloatVector right = FloatVector.fromArray(LANES, survival, i);
      left.sub(right)
          .fma(
              FloatVector.fromArray(LANES, growth, i), FloatVector.fromArray(LANES, raw, BLOCK + i))
          .intoArray(y, i);
      FloatVector.fromArray(LANES, density, i)
          .sub(left)
          .sub(right)
          .add(FloatVector.fromArray(LANES, s, i))
          .intoArray(slopes, i);
    }
  }

  // ---- backward ----

  /** d becomes the gradient by logit F; those by s and t go to their places. */
  private static void ends(
      float[] d, float l, float[] s, float[] growth, float[] cdf, float[] survival, float[] draw) {
    FloatVector one = FloatVector.broadcast(LANES, 1f);
    for (int i = 0; i < BLOCK; i += 8) {
      FloatVector up = FloatVector.fromArray(LANES, d, i);
      FloatVector v =
          FloatVector.fromArray(LANES, cdf, i).sub(FloatVector.fromArray(LANES, survival, i));
      FloatVector dv = up.mul(FloatVector.fromArray(LANES, growth, i));
      FloatVector t = FloatVector.fromArray(LANES, s, i);
      dv.fma(v, FloatVector.broadcast(LANES, l)).mul(one.sub(t.mul(t))).intoArray(draw, i);
      up.intoArray(draw, BLOCK + i);
      dv.intoArray(d, i);
    }
  }

  /** The gradients by component i's logit, mean and log-scale. */
  private void component(int i, float l) {
    int at = i * BLOCK;
    shareGradients(d, l, belowShare, aboveShare, peakShare, shares, at, draw, (2 + i) * BLOCK);
    placeGradients(z, e, inverse, belowShare, aboveShare, peakShare, at, draw, (2 + k + i) * BLOCK);
    scaleGradients(
        z, inverse, peakShare, raw, at, draw, (2 + k + i) * BLOCK, (2 + 2 * k + i) * BLOCK);
  }

  /** The shares become the gradients by below, above and peak. */
  private static void shareGradients(
      float[] d,
      float l,
      float[] below,
      float[] above,
      float[] peak,
      float[] shares,
      int at,
      float[] draw,
      int logits) {
    FloatVector by = FloatVector.broadcast(LANES, l);
    for (int i = 0; i < BLOCK; i += 8) {
      FloatVector up = FloatVector.fromArray(LANES, d, i);
      FloatVector b = FloatVector.fromArray(LANES, below, at + i).mul(up.sub(by));
      FloatVector a = FloatVector.fromArray(LANES, above, at + i).mul(up.add(by).neg());
      FloatVector p = FloatVector.fromArray(LANES, peak, at + i).mul(by);
      b.intoArray(below, at + i);
      a.intoArray(above, at + i);
      p.intoArray(peak, at + i);
      FloatVector.fromArray(LANES, shares, at + i)
          .fma(by, b.add(a).add(p))
          .intoArray(draw, logits + i);
    }
  }

  /** The gradient by the mean, -dz / scale with dz = (b + p) σ(-z) - (a + p) σ(z). */
  private static void placeGradients(
      float[] z,
      float[] e,
      float[] inverse,
      float[] below,
      float[] above,
      float[] peak,
      int at,
      float[] draw,
      int means) {
    FloatVector one = FloatVector.broadcast(LANES, 1f);
    for (int i = 0; i < BLOCK; i += 8) {
      FloatVector v = FloatVector.fromArray(LANES, z, at + i);
      FloatVector small = FloatVector.fromArray(LANES, e, at + i);
      FloatVector share = one.div(small.add(one));
      FloatVector p = FloatVector.fromArray(LANES, peak, at + i);
      FloatVector b = FloatVector.fromArray(LANES, below, at + i).add(p);
      FloatVector a = FloatVector.fromArray(LANES, above, at + i).add(p);
      FloatVector left = small.blend(one, v.compare(VectorOperators.GT, 0f)); // of σ(z)
      FloatVector right = one.blend(small, v.compare(VectorOperators.GT, 0f));
      a.mul(left)
          .sub(b.mul(right))
          .mul(share)
          .mul(FloatVector.fromArray(LANES, inverse, at + i))
          .intoArray(draw, means + i);
    }
  }

  /** The gradient by the log-scale, -(dz z + p), none where it is floored. */
  private static void scaleGradients(
      float[] z,
      float[] inverse,
      float[] peak,
      float[] raw,
      int at,
      float[] draw,
      int means,
      int logScales) {
    FloatVector zero = FloatVector.zero(LANES);
    for (int i = 0; i < BLOCK; i += 8) {
      FloatVector by =
          FloatVector.fromArray(LANES, draw, means + i)
              .div(FloatVector.fromArray(LANES, inverse, at + i));
      FloatVector g =
          by.fma(
              FloatVector.fromArray(LANES, z, at + i),
              FloatVector.fromArray(LANES, peak, at + i).neg());
      FloatVector given = FloatVector.fromArray(LANES, raw, logScales + i);
      g.blend(zero, given.compare(VectorOperators.LT, MIN_LOG_SCALE))
          .intoArray(draw, logScales + i);
    }
  }

  /** The gradient by x: less the sum of those by the means. */
  private void sumComponents(float[] to) {
    Arrays.fill(to, 0f);
    for (int i = 0; i < k; i++) {
      subtractFrom(to, draw, (2 + k + i) * BLOCK);
    }
  }

  private static void subtractFrom(float[] to, float[] a, int at) {
    for (int i = 0; i < BLOCK; i += 8) {
      FloatVector.fromArray(LANES, to, i)
          .sub(FloatVector.fromArray(LANES, a, at + i))
          .intoArray(to, i);
    }
  }
}
