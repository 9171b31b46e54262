package io.flowpp.core.device;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Opens the native library on a device. */
public final class ComputeDevice {
  private static final Pattern CUDA = Pattern.compile("cuda:(\\d{1,4})");

  private ComputeDevice() {}

  /**
   * A manager of tensors on {@code name}: {@code auto} (the first GPU, else the CPU), {@code cpu}
   * or {@code cuda:N}.
   *
   * @throws IllegalArgumentException if the machine has no such device
   */
  public static NDManager open(String name) {
    NDManager manager = NDManager.newBaseManager(resolve(name));
    settle();
    return manager;
  }

  /**
   * How many threads of ours share a batch on the manager's device: {@code threads} on a CPU, one
   * on a GPU, which takes a whole batch at once.
   */
  public static int workers(NDManager manager, int threads) {
    return manager.getDevice().isGpu() ? 1 : threads;
  }

  /**
   * Brings the native library's settings, which are the calling thread's, to what all our threads
   * use.
   */
  static void settle() {
    // the profiling executor buys no speed here and doubles the peak memory of a step
    JniUtils.setGraphExecutorOptimize(false);
    // one native thread for each of ours: several of ours share a batch, which scales better on
    // small tensors and does not collapse when another process wants a core, as OpenMP's spinning
    // threads do
    JniUtils.setNumThreads(1);
  }

  private static Device resolve(String name) {
    int gpus = Engine.getInstance().getGpuCount();
    if (name.equals("cpu") || (name.equals("auto") && gpus == 0)) {
      return Device.cpu();
    }
    int index = name.equals("auto") ? 0 : index(name);
    if (index >= gpus) {
      throw new IllegalArgumentException(
          "device "
              + name
              + ": this machine has "
              + gpus
              + " GPUs that the native library can use");
    }
    return Device.gpu(index);
  }

  private static int index(String name) {
    Matcher cuda = CUDA.matcher(name);
    if (!cuda.matches()) {
      throw new IllegalArgumentException("no device '" + name + "'; use auto, cpu or cuda:N");
    }
    return Integer.parseInt(cuda.group(1));
  }
}
