package io.flowpp.core.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What closes each half of a block: n = norm(x), x = h + a·sigmoid(b), of one image on plain
 * arrays, channels last. One object holds the scratch of one thread.
 */
final class GateAndNorm {
  private static final double EPSILON = 1e-5;

  private final int pixels;
  private final int filters;
  private final float[] da;
  private final float[] db;
  private final float[] lanes;
  private final float[] products;
  private final float[] sums;

  GateAndNorm(int pixels, int filters) {
    this.pixels = pixels;
    this.filters = filters;
    da = new float[pixels * filters];
    db = new float[pixels * filters];
    lanes = new float[pixels * 8];
    products = new float[pixels * 8];
    sums = new float[pixels];
  }

  /** The weights of a layer norm and their gradients. */
  static final class Norm {
    private final float[] weight;
    private final float[] bias;
    private final float[] weightGradient;
    private final float[] biasGradient;

    Norm(int filters) {
      weight = new float[filters];
      bias = new float[filters];
      weightGradient = new float[filters];
      biasGradient = new float[filters];
    }

    /** Sets weight and bias and forgets their gradients. */
    void set(float[] w, float[] b) {
      System.arraycopy(w, 0, weight, 0, weight.length);
      System.arraycopy(b, 0, bias, 0, bias.length);
      Arrays.fill(weightGradient, 0f);
      Arrays.fill(biasGradient, 0f);
    }

    float[] weightGradient() {
      return weightGradient;
    }

    float[] biasGradient() {
      return biasGradient;
    }
  }

  /** Values of one image; n and the statistics are those of a norm, if there is one. */
  static final class Values {
    private final float[] x;
    private final float[] n;
    private final float[] means;
    private final float[] scales; // 1/deviation

    /**
     * @param normed whether a norm is there
     */
    Values(int pixels, int filters, boolean normed) {
      x = new float[pixels * filters];
      n = normed ? new float[pixels * filters] : x;
      means = new float[normed ? pixels : 0];
      scales = new float[normed ? pixels : 0];
    }

    /** The result, [H·W,F]. */
    float[] result() {
      return n;
    }
  }

  void forward(float[] h, float[] a, float[] b, @Nullable Norm norm, Values v) {
    Pointwise.gate(a, b, h, v.x, pixels * filters);
    if (norm != null) {
      Pointwise.rowSums(v.x, pixels, filters, lanes, v.means);
      for (int r = 0; r < pixels; r++) {
        v.means[r] /= filters;
      }
      Pointwise.rowSquares(v.x, v.means, pixels, filters, lanes, sums);
      for (int r = 0; r < pixels; r++) {
        v.scales[r] = (float) (1 / Math.sqrt(sums[r] / (double) filters + EPSILON));
      }
      Pointwise.normalise(v.x, v.means, v.scales, norm.weight, norm.bias, pixels, filters, v.n);
    }
  }

  /** d, the gradient by the result, becomes that by x, which is that by h; x is overwritten. */
  void back(float[] d, float[] a, float[] b, @Nullable Norm norm, Values v) {
    if (norm != null) {
      Pointwise.normBack(
          d,
          v.x,
          v.means,
          v.scales,
          norm.weight,
          pixels,
          filters,
          norm.weightGradient,
          norm.biasGradient,
          lanes,
          products);
      Pointwise.normBackRest(d, v.x, v.scales, lanes, products, pixels, filters);
    }
    Pointwise.gateBack(d, a, b, da, db, pixels * filters);
  }

  /** The gradient by a that {@link #back} has left. */
  float[] da() {
    return da;
  }

  float[] db() {
    return db;
  }
}
