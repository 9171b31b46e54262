package io.flowpp.core.kernel;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The functions of {@code flowpp.py} and {@code training.py}, loaded once a device. Calls may come
 * from several threads. Results belong to the manager of the first argument; gradients are recorded
 * when the thread's gradient mode is on ({@link Gradients}).
 */
public final class Kernels implements AutoCloseable {
  private static final List<String> RESOURCES = List.of("training.py", "flowpp.py");
  private static final String[] LIST_NAMES = {"a[]", "b[]", "c[]", "d[]"};

  private final NDManager manager;
  private final NDManager host;
  private final PtSymbolBlock module;
  private final NDArray absent;
  private final NDArray listHead;
  private final Map<Double, NDArray> numbers = new ConcurrentHashMap<>();
  private final Map<List<Double>, NDArray> lists = new ConcurrentHashMap<>();
  private final Map<String, NDArray> methods = new ConcurrentHashMap<>();
  private volatile @Nullable KernelTimes times;

  private Kernels(NDManager manager, PtSymbolBlock module) {
    this.manager = manager;
    // a script reads numbers one by one, for each of which it would wait for a GPU
    this.host = manager.newSubManager(Device.cpu());
    this.module = module;
    this.absent = manager.zeros(new Shape(0));
    this.listHead = manager.zeros(new Shape(0));
  }

  /**
   * Compiles the script for the device of {@code parent}; lives until it or {@code parent} is
   * closed.
   */
  public static Kernels load(NDManager parent) {
    NDManager manager = parent.newSubManager();
    byte[] archive = ScriptArchive.pack(source(), "Kernels");
    try {
      PtSymbolBlock module =
          JniUtils.loadModule(
              (PtNDManager) manager, new ByteArrayInputStream(archive), false, false);
      return new Kernels(manager, module);
    } catch (IOException e) {
      throw new UncheckedIOException("reading a script from memory", e);
    }
  }

  private static String source() {
    StringBuilder source = new StringBuilder();
    for (String resource : RESOURCES) {
      try (InputStream in = Kernels.class.getResourceAsStream(resource)) {
        if (in == null) {
          throw new IllegalStateException(resource + " is missing from the jar");
        }
        source.append(new String(in.readAllBytes(), StandardCharsets.UTF_8)).append('\n');
      } catch (IOException e) {
        throw new UncheckedIOException(resource, e);
      }
    }
    return source.toString();
  }

  /** Starts a call of {@code method}; arguments follow in the order of its definition. */
  public Call call(String method) {
    return new Call(method, methods.computeIfAbsent(method, this::methodName));
  }

  /** From now on the time that each call takes is added to {@code times}; null ends it. */
  public void timeInto(@Nullable KernelTimes times) {
    this.times = times;
  }

  /** Does {@code work}, and adds its time as that of a kernel where times are wanted. */
  public <T> T timed(String name, Supplier<T> work) {
    KernelTimes into = times;
    long begin = into == null ? 0 : System.nanoTime();
    T result = work.get();
    if (into != null) {
      into.add(name, System.nanoTime() - begin);
    }
    return result;
  }

  /** A 0-dim float64 value for a script's number, owned by this object. */
  public NDArray number(double value) {
    return numbers.computeIfAbsent(value, v -> host.create(v).duplicate());
  }

  /** Numbers for a script, [n] float64, owned by this object. */
  public NDArray numbers(Double... values) {
    return lists.computeIfAbsent(
        List.of(values),
        all -> host.create(all.stream().mapToDouble(v -> v).toArray()).duplicate());
  }

  /** The empty tensor that stands for an absent one. */
  public NDArray absent() {
    return absent;
  }

  /** The first tensor of a list that may have no other, since DJL cannot pass an empty list. */
  public NDArray listHead() {
    return listHead;
  }

  /** DJL takes the name of the method from the name of an argument that is not passed on. */
  private NDArray methodName(String method) {
    NDArray array = manager.zeros(new Shape(0));
    array.setName("module_method:" + method);
    return array;
  }

  @Override
  public void close() {
    module.close();
    manager.close();
  }

  /** The arguments of one call. */
  public final class Call {
    private final String name;
    private final NDArray method;
    private final NDList arguments = new NDList();
    private int lists;

    private Call(String name, NDArray method) {
      this.name = name;
      this.method = method;
    }

    public Call with(NDArray tensor) {
      tensor.setName(null);
      arguments.add(tensor);
      return this;
    }

    /**
     * A {@code List[Tensor]}; DJL cannot pass an empty one. The name that marks a list is written
     * on the tensors themselves: threads may share weights because a weight always stands in the
     * same list of its kernel.
     */
    public Call with(List<NDArray> tensors) {
      if (tensors.isEmpty()) {
        throw new IllegalArgumentException("a list argument holds at least one tensor");
      }
      String name = LIST_NAMES[lists++];
      for (NDArray tensor : tensors) {
        tensor.setName(name);
        arguments.add(tensor);
      }
      return this;
    }

    /** Runs the call; results belong to the manager of the first argument. */
    public NDList run() {
      arguments.add(method);
      return timed(name, () -> IValueUtils.forward(module, arguments, true));
    }

    /** Runs a call with one result. */
    public NDArray single() {
      return run().singletonOrThrow();
    }
  }
}
