package io.flowpp.core.kernel;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Values that go straight into memory of the tensor library: the way over a buffer of the JVM's
 * holds them twice, until some garbage collection.
 */
public final class NativeMemory {
  private NativeMemory() {}

  /** The memory of a contiguous tensor on a CPU itself. */
  static ByteBuffer of(NDArray array) {
    return array.toByteBuffer(true).order(ByteOrder.nativeOrder());
  }

  /** A tensor of unsigned bytes, owned by {@code manager} and on its device. */
  public static NDArray bytes(NDManager manager, byte[] values, Shape shape) {
    if (manager.getDevice().isGpu()) {
      return manager.create(ByteBuffer.wrap(values), shape, DataType.UINT8);
    }
    NDArray array = manager.create(shape, DataType.UINT8);
    of(array).put(values);
    return array;
  }

  /** A tensor of float32, owned by {@code manager} and on its device. */
  public static NDArray floats(NDManager manager, float[] values, Shape shape) {
    if (manager.getDevice().isGpu()) {
      return manager.create(values, shape).duplicate();
    }
    NDArray array = manager.create(shape, DataType.FLOAT32);
    of(array).asFloatBuffer().put(values);
    return array;
  }

  static boolean isFloat32OnCpu(NDArray array) {
    return array.getDataType() == DataType.FLOAT32 && array.getDevice().equals(Device.cpu());
  }

  /** The float32 values of a tensor on a CPU: its memory, or a copy's where that is in pieces. */
  static FloatBuffer view(NDArray array) {
    return of(array).asFloatBuffer();
  }

  /** A copy of them. */
  static float[] floats(NDArray array) {
    float[] values = new float[Math.toIntExact(array.size())];
    view(array).get(values);
    return values;
  }

  /** Adds values to a contiguous tensor's. */
  static void add(float[] values, NDArray to) {
    FloatBuffer memory = view(to);
    for (int k = 0; k < values.length; k++) {
      memory.put(k, memory.get(k) + values[k]);
    }
  }
}
