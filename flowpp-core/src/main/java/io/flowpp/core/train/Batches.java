package io.flowpp.core.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.data.ImageSource;
import io.flowpp.core.kernel.NativeMemory;
import io.flowpp.core.spec.ImageShape;

/** Images as tensors. */
public final class Batches {
  private Batches() {}

  /** The images at {@code indices} as floats 0..2^bits-1, [B,H,W,C], owned by {@code manager}. */
  public static NDArray of(ImageSource images, int[] indices, NDManager manager) {
    ImageShape s = images.shape();
    byte[] bytes = new byte[indices.length * s.dimensions()];
    for (int i = 0; i < indices.length; i++) {
      images.read(indices[i], bytes, i * s.dimensions());
    }
    Shape shape = new Shape(indices.length, s.height(), s.width(), s.channels());
    return NativeMemory.bytes(manager, bytes, shape).toType(DataType.FLOAT32, false);
  }

  /** {@code from}, {@code from}+1 .. {@code to}-1. */
  public static int[] range(int from, int to) {
    return java.util.stream.IntStream.range(from, to).toArray();
  }
}
