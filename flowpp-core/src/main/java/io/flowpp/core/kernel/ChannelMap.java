package io.flowpp.core.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * The layer y = x W at every pixel, one matrix for each half, log-det = H W log|det W| in float64,
 * and its way back: in float32 on a CPU with few channels by plain loops, else by the tensor
 * library, whose determinants and inverses of a handful of numbers take longer than all the rest.
 */
public final class ChannelMap {
  private static final String NAME = "invertible_linear";
  private static final long MAX_CHANNELS = 4;

  private ChannelMap() {}

  /**
   * Both halves and the log-determinant of each image, [B]: minus infinity where a matrix is
   * singular.
   *
   * @param x both halves [B,H,W,C]
   * @param w [C,C] each
   */
  public static NDList forward(NDList x, List<NDArray> w, Kernels kernels) {
    if (Gradients.recording() || !fits(x.get(0))) {
      return Halves.forward(NAME, x, w, kernels);
    }
    return kernels.timed(NAME, () -> forward(x, w));
  }

  /**
   * The gradients by both halves; adds those by w to g.
   *
   * @param d by both halves of the result
   * @param l by the log-determinant of every image, a single value
   */
  public static NDList back(
      NDList d, NDArray l, NDList x, List<NDArray> w, List<NDArray> g, Kernels kernels) {
    if (!fits(x.get(0))) {
      return Halves.back(NAME, d, l, x, w, g, kernels);
    }
    return kernels.timed(NAME + "_back", () -> back(d, l, x, w, g));
  }

  private static boolean fits(NDArray x) {
    return NativeMemory.isFloat32OnCpu(x) && x.getShape().get(3) <= MAX_CHANNELS;
  }

  private static NDList forward(NDList x, List<NDArray> w) {
    NDManager manager = x.get(0).getManager();
    NDList result = new NDList();
    double logDet = 0;
    for (int half = 0; half < 2; half++) {
      Shape s = x.get(half).getShape();
      int c = Math.toIntExact(s.get(3));
      float[] matrix = NativeMemory.floats(w.get(half));
      NDArray y = manager.create(s);
      float[] image = new float[Math.toIntExact(s.get(1) * s.get(2) * c)];
      float[] mapped = new float[image.length];
      FloatBuffer from = NativeMemory.view(x.get(half));
      FloatBuffer to = NativeMemory.view(y);
      for (long i = s.get(0); i > 0; i--) {
        from.get(image);
        multiply(image, matrix, c, mapped);
        to.put(mapped);
      }
      logDet += s.get(1) * s.get(2) * Matrices.logAbsDeterminant(wide(matrix), c);
      result.add(y);
    }
    result.add(Halves.logDet(x, logDet));
    return result;
  }

  private static NDList back(NDList d, NDArray l, NDList x, List<NDArray> w, List<NDArray> g) {
    NDManager manager = d.get(0).getManager();
    double byLogDet = NativeMemory.view(l).get(0);
    NDList result = new NDList();
    for (int half = 0; half < 2; half++) {
      Shape s = x.get(half).getShape();
      int c = Math.toIntExact(s.get(3));
      float[] matrix = NativeMemory.floats(w.get(half));
      float[] turned = new float[matrix.length];
      for (int k = 0; k < matrix.length; k++) {
        turned[k] = matrix[k % c * c + k / c];
      }
      NDArray dx = manager.create(s);
      double[] gradient = new double[matrix.length];
      float[] image = new float[Math.toIntExact(s.get(1) * s.get(2) * c)];
      float[] upstream = new float[image.length];
      float[] mapped = new float[image.length];
      FloatBuffer from = NativeMemory.view(x.get(half));
      FloatBuffer above = NativeMemory.view(d.get(half));
      FloatBuffer to = NativeMemory.view(dx);
      for (long i = s.get(0); i > 0; i--) {
        from.get(image);
        above.get(upstream);
        addProducts(image, upstream, c, gradient);
        multiply(upstream, turned, c, mapped);
        to.put(mapped);
      }
      // d log|det W| = W^-T
      double[] inverse = Matrices.inverse(wide(matrix), c);
      double slope = byLogDet * s.get(0) * s.get(1) * s.get(2);
      float[] sum = new float[gradient.length];
      for (int k = 0; k < sum.length; k++) {
        sum[k] = (float) (gradient[k] + inverse[k % c * c + k / c] * slope);
      }
      NativeMemory.add(sum, g.get(half));
      result.add(dx);
    }
    return result;
  }

  private static void multiply(float[] x, float[] w, int c, float[] y) {
    for (int at = 0; at < x.length; at += c) {
      for (int o = 0; o < c; o++) {
        float sum = 0;
        for (int i = 0; i < c; i++) {
          sum += x[at + i] * w[i * c + o];
        }
        y[at + o] = sum;
      }
    }
  }

  /** sums[i][o] += x[p][i] d[p][o] over all pixels p. */
  private static void addProducts(float[] x, float[] d, int c, double[] sums) {
    for (int i = 0; i < c; i++) {
      for (int o = 0; o < c; o++) {
        double sum = 0;
        for (int at = 0; at < x.length; at += c) {
          sum += (double) x[at + i] * d[at + o];
        }
        sums[i * c + o] += sum;
      }
    }
  }

  private static double[] wide(float[] a) {
    double[] wide = new double[a.length];
    for (int k = 0; k < a.length; k++) {
      wide[k] = a[k];
    }
    return wide;
  }
}
