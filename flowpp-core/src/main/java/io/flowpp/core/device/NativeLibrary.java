package io.flowpp.core.device;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;

/** The native library, tried out. */
public final class NativeLibrary {
  private NativeLibrary() {}

  /**
   * Loads it, computes something, and says what it is.
   *
   * @throws RuntimeException or a {@link LinkageError} where it cannot be loaded here
   */
  public static String load() {
    try (NDManager manager = ComputeDevice.open("cpu")) {
      float two = manager.create(1f).add(1f).getFloat();
      if (two != 2f) {
        throw new IllegalStateException("1 + 1 = " + two);
      }
      Engine engine = Engine.getInstance();
      int gpus = engine.getGpuCount();
      return engine.getEngineName()
          + " "
          + engine.getVersion()
          + (gpus == 0 ? ", no GPU" : ", " + gpus + " GPUs");
    }
  }
}
