package io.flowpp.core.device;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;

/** Opens the native library on a device. */
public final class ComputeDevice {
  private ComputeDevice() {}

  /**
   * A manager of tensors on {@code name}: {@code auto} (the first GPU, else the CPU), {@code cpu} or {@code cuda:N}. Settings of the library are the calling thread's: compute on
   * the thread that opened.
   *
   * @param threads intra-op threads
   * @throws IllegalArgumentException if the machine has no such device
   */
  public static NDManager open(String name, int threads) {
    NDManager manager = NDManager.newBaseManager(resolve(name));
    // the profiling executor buys no speed here and doubles the peak memory of a step
    JniUtils.setGraphExecutorOptimize(false);
    if (JniUtils.getNumThreads() != threads) {
      JniUtils.setNumThreads(threads);
    }
    return manager;
  }

  private static Device resolve(String name) {
    int gpus = Engine.getInstance().getGpuCount();
    if (name.equals("cpu") || (name.equals("auto") && gpus == 0)) {
      return Device.cpu();
    }
    int index = name.equals("auto") ? 0 : Integer.parseInt(name.substring("cuda:".length()));
    if (index >= gpus) {
      throw new IllegalArgumentException("device " + name + ": this machine has " + gpus + " GPUs that the native library can use");
    }
    return Device.gpu(index);
  }
}
