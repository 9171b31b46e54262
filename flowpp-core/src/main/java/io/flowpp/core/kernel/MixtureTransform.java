package io.flowpp.core.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * The transform of a mixture coupling, y = logit F(x) e^s + t, and its way back: by the JVM's
 * vectors where it has them, in float32 on a CPU, else by the tensor library, which takes many
 * passes over all components.
 */
public final class MixtureTransform {
  private static final ThreadLocal<Map<Integer, MixtureKernel>> OWN =
      ThreadLocal.withInitial(HashMap::new);

  /** With fewer the library's passes are short, and a small model's training is soon over. */
  private static final int MIN_COMPONENTS = 4;

  private MixtureTransform() {}

  /**
   * y [B,H,W,C] and the log-determinant of each image [B].
   *
   * @param x [B,H,W,C]
   * @param raw [B,H,W,C(2+3K)]
   */
  public static NDList forward(NDArray x, NDArray raw, Kernels kernels) {
    if (Gradients.recording() || !fits(x, raw)) {
      return kernels.call("mixture_forward").with(x).with(raw).run();
    }
    return kernels.timed("mixture_forward", () -> forward(x, raw));
  }

  /**
   * The gradients by x and raw.
   *
   * @param dy by y
   * @param l by the sum of all log-determinants, a single value
   */
  public static NDList back(NDArray dy, NDArray l, NDArray x, NDArray raw, Kernels kernels) {
    if (!fits(x, raw)) {
      return kernels.call("mixture_back").with(dy).with(l).with(x).with(raw).run();
    }
    return kernels.timed("mixture_back", () -> back(dy, l, x, raw));
  }

  private static boolean fits(NDArray x, NDArray raw) {
    return Vectors.take(x) && components(raw.size(), x.size()) >= MIN_COMPONENTS;
  }

  private static int components(long parameters, long elements) {
    return Math.toIntExact((parameters / elements - 2) / 3);
  }

  private static NDList forward(NDArray x, NDArray raw) {
    int images = Math.toIntExact(x.getShape().get(0));
    NDManager manager = x.getManager();
    NDArray y = manager.create(x.getShape());
    NDArray logDet = manager.create(new Shape(images));
    float[] elements = new float[Math.toIntExact(x.size() / images)];
    float[] parameters = new float[Math.toIntExact(raw.size() / images)];
    float[] results = new float[elements.length];
    MixtureKernel kernel = kernel(elements, parameters);
    FloatBuffer from = NativeMemory.view(x);
    FloatBuffer given = NativeMemory.view(raw);
    FloatBuffer to = NativeMemory.view(y);
    FloatBuffer sums = NativeMemory.view(logDet);
    for (int i = 0; i < images; i++) {
      from.get(elements);
      given.get(parameters);
      sums.put((float) kernel.forward(elements, parameters, results));
      to.put(results);
    }
    return new NDList(y, logDet);
  }

  private static NDList back(NDArray dy, NDArray l, NDArray x, NDArray raw) {
    int images = Math.toIntExact(x.getShape().get(0));
    NDManager manager = x.getManager();
    NDArray dx = manager.create(x.getShape());
    NDArray draw = manager.create(raw.getShape());
    float[] elements = new float[Math.toIntExact(x.size() / images)];
    float[] parameters = new float[Math.toIntExact(raw.size() / images)];
    float[] upstream = new float[elements.length];
    float[] byElements = new float[elements.length];
    float[] byParameters = new float[parameters.length];
    MixtureKernel kernel = kernel(elements, parameters);
    float byLogDet = NativeMemory.view(l).get(0);
    FloatBuffer above = NativeMemory.view(dy);
    FloatBuffer from = NativeMemory.view(x);
    FloatBuffer given = NativeMemory.view(raw);
    FloatBuffer to = NativeMemory.view(dx);
    FloatBuffer toRaw = NativeMemory.view(draw);
    for (int i = 0; i < images; i++) {
      from.get(elements);
      given.get(parameters);
      above.get(upstream);
      kernel.back(upstream, byLogDet, elements, parameters, byElements, byParameters);
      to.put(byElements);
      toRaw.put(byParameters);
    }
    return new NDList(dx, draw);
  }

  private static MixtureKernel kernel(float[] elements, float[] parameters) {
    return OWN.get()
        .computeIfAbsent(components(parameters.length, elements.length), MixtureKernel::new);
  }
}
