package io.flowpp.core.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;

/** What layers on both halves that know no neighbour share. */
final class Halves {
  private Halves() {}

  /** The script's layer {@code name}. */
  static NDList forward(String name, NDList x, List<NDArray> w, Kernels kernels) {
    return kernels.call(name).with(x.get(0)).with(x.get(1)).with(w).run();
  }

  /** Its way back. */
  static NDList back(
      String name,
      NDList d,
      NDArray l,
      NDList x,
      List<NDArray> w,
      List<NDArray> g,
      Kernels kernels) {
    return kernels
        .call(name + "_back")
        .with(d.get(0))
        .with(d.get(1))
        .with(l)
        .with(x.get(0))
        .with(x.get(1))
        .with(w)
        .with(g)
        .run();
  }

  /** The same log-determinant for every image of {@code x}, [B]. */
  static NDArray logDet(NDList x, double value) {
    float[] all = new float[Math.toIntExact(x.get(0).getShape().get(0))];
    Arrays.fill(all, (float) value);
    NDManager manager = x.get(0).getManager();
    return NativeMemory.floats(manager, all, new Shape(all.length));
  }
}
