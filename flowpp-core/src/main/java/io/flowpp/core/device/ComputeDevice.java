package io.flowpp.core.device;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.cuda.CudaUtils;
import java.lang.management.MemoryUsage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
   * The devices in {@code names}, one or several separated by commas, such as {@code
   * cuda:0,cuda:1}; the first one leads. {@code cpu} may stand there several times: each has
   * weights of its own then.
   *
   * @throws IllegalArgumentException if one cannot be of several, or a GPU stands there twice
   */
  public static List<String> list(String names) {
    List<String> list = List.of(names.split(",", -1));
    Set<String> gpus = new HashSet<>();
    for (String name : list) {
      if (list.size() > 1 && name.equals("auto")) {
        throw new IllegalArgumentException("devices " + names + ": auto stands alone");
      }
      if (!name.equals("auto") && !name.equals("cpu") && !gpus.add("cuda:" + index(name))) {
        throw new IllegalArgumentException("devices " + names + ": " + name + " is named twice");
      }
    }
    return list;
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

  /** Bytes that a training may take on the manager's device. */
  public static long freeMemory(NDManager manager) {
    Device device = manager.getDevice();
    if (!device.isGpu()) {
      return FreeMemory.bytes();
    }
    MemoryUsage usage = CudaUtils.getGpuMemory(device);
    return usage.getMax() - usage.getCommitted();
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
              + ": the native library sees "
              + gpus
              + " GPUs; it needs libtorch for GPUs, NVIDIA's driver, and CUDA's libcudart.so where"
              + " the system's loader looks (LD_LIBRARY_PATH)");
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
