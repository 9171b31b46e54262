package io.flowpp.core.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * The layer y = x max(gain, 1e-10) + bias of every pixel and channel of both halves, and its way
 * back: in float32 on a CPU in one pass over the values, else by the tensor library, whose many
 * calls take longer than the work where images are small.
 */
public final class ScaleAndShift {
  private static final String NAME = "act_norm";
  private static final float LEAST = 1e-10f;

  private ScaleAndShift() {}

  /**
   * Both halves and the log-determinant of each image, [B].
   *
   * @param x both halves [B,H,W,C]
   * @param w gain and bias of the first, gain and bias of the second [H,W,C]
   */
  public static NDList forward(NDList x, List<NDArray> w, Kernels kernels) {
    if (Gradients.recording() || !NativeMemory.isFloat32OnCpu(x.get(0))) {
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
    if (!NativeMemory.isFloat32OnCpu(x.get(0))) {
      return Halves.back(NAME, d, l, x, w, g, kernels);
    }
    return kernels.timed(NAME + "_back", () -> back(d, l, x, w, g));
  }

  private static NDList forward(NDList x, List<NDArray> w) {
    NDManager manager = x.get(0).getManager();
    NDList result = new NDList();
    double logDet = 0;
    for (int half = 0; half < 2; half++) {
      NDArray values = x.get(half);
      NDArray y = manager.create(values.getShape());
      float[] gain = gain(w.get(2 * half));
      float[] bias = NativeMemory.floats(w.get(2 * half + 1));
      float[] image = new float[gain.length];
      FloatBuffer from = NativeMemory.view(values);
      FloatBuffer to = NativeMemory.view(y);
      for (long i = values.getShape().get(0); i > 0; i--) {
        from.get(image);
        for (int k = 0; k < image.length; k++) {
          image[k] = image[k] * gain[k] + bias[k];
        }
        to.put(image);
      }
      for (float each : gain) {
        logDet += Math.log(each);
      }
      result.add(y);
    }
    result.add(Halves.logDet(x, logDet));
    return result;
  }

  private static NDList back(NDList d, NDArray l, NDList x, List<NDArray> w, List<NDArray> g) {
    NDManager manager = d.get(0).getManager();
    float byLogDet = NativeMemory.view(l).get(0);
    NDList result = new NDList();
    for (int half = 0; half < 2; half++) {
      NDArray values = x.get(half);
      NDArray dx = manager.create(values.getShape());
      float[] given = NativeMemory.floats(w.get(2 * half));
      float[] gain = gain(w.get(2 * half));
      float[] byGain = new float[gain.length];
      float[] byBias = new float[gain.length];
      float[] image = new float[gain.length];
      float[] upstream = new float[gain.length];
      FloatBuffer from = NativeMemory.view(values);
      FloatBuffer above = NativeMemory.view(d.get(half));
      FloatBuffer to = NativeMemory.view(dx);
      long images = values.getShape().get(0);
      for (long i = 0; i < images; i++) {
        from.get(image);
        above.get(upstream);
        for (int k = 0; k < image.length; k++) {
          byGain[k] += upstream[k] * image[k];
          byBias[k] += upstream[k];
          upstream[k] *= gain[k];
        }
        to.put(upstream);
      }
      for (int k = 0; k < gain.length; k++) {
        byGain[k] = given[k] < LEAST ? 0f : byGain[k] + images * byLogDet / gain[k];
      }
      NativeMemory.add(byGain, g.get(2 * half));
      NativeMemory.add(byBias, g.get(2 * half + 1));
      result.add(dx);
    }
    return result;
  }

  private static float[] gain(NDArray w) {
    float[] gain = NativeMemory.floats(w);
    for (int k = 0; k < gain.length; k++) {
      gain[k] = gain[k] < LEAST ? LEAST : gain[k]; // a NaN stays one
    }
    return gain;
  }
}
