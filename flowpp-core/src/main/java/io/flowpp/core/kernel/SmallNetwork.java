package io.flowpp.core.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whole networks of few channels by the JVM's vectors, image by image, where a batch is small: the
 * tensor library does the work of a larger one as fast, but its calls and what it puts into memory
 * between them take longer than so little work. What a network does is what {@code network} in
 * {@code flowpp.py} does.
 */
public final class SmallNetwork {
  /** With fewer a training is over before the JVM has compiled what it would gain by. */
  private static final int MIN_FILTERS = 16;

  private static final int MAX_FILTERS = SmallConvolution.MAX_IN / 2;
  private static final int MAX_OUT = 512;

  /** Values of a layer's result, for a whole batch, up to which the library is slower. */
  private static final long MAX_VALUES = 1 << 16;

  private static final ThreadLocal<Map<NetworkShape, NetworkKernel>> OWN =
      ThreadLocal.withInitial(HashMap::new);

  private SmallNetwork() {}

  /** Gives the mask of one dropout layer for one image of a batch. */
  public interface Masks extends NetworkKernel.Masks {}

  /**
   * A batch's result.
   *
   * @param kept what the way back reads besides the input, [B,n]; null where nothing was kept
   */
  public record Result(NDArray value, @Nullable NDArray kept) {}

  /**
   * Gradients of the loss by what the network read.
   *
   * @param input [B,H,W,I]
   * @param context [B,H,W,C]; null where it read none
   */
  public record Pulled(NDArray input, @Nullable NDArray context) {}

  /**
   * Whether such a network on tensors like {@code x} is computed here: in float32 on a CPU with
   * vectors of 256 bits or more, where the JVM was started with {@code --add-modules
   * jdk.incubator.vector}, with 16, 24 or 32 filters, on few images.
   */
  public static boolean fits(NDArray x, NetworkShape shape) {
    return Vectors.take(x)
        && shape.filters() % 8 == 0
        && shape.filters() >= MIN_FILTERS
        && shape.filters() <= MAX_FILTERS
        && x.getShape().get(0) * shape.pixels() * shape.filters() <= MAX_VALUES
        && shape.in() <= SmallConvolution.MAX_IN
        && shape.context() <= SmallConvolution.MAX_IN
        && shape.out() <= MAX_OUT;
  }

  /**
   * @param x [B,H,W,I]
   * @param context [B,H,W,C], null where the network reads none
   * @param weights as {@link NetworkKernel#set} orders them
   * @param rate dropout's 1/(1-p)
   * @param masks null where nothing drops
   * @param keeping whether the way back will read what is kept
   */
  public static Result forward(
      NDArray x,
      @Nullable NDArray context,
      NetworkShape shape,
      List<NDArray> weights,
      double rate,
      @Nullable Masks masks,
      boolean keeping) {
    NetworkKernel kernel = kernel(shape, weights, rate, false);
    int batch = Math.toIntExact(x.getShape().get(0));
    NDManager manager = x.getManager();
    NDArray value = manager.create(new Shape(batch, shape.height(), shape.width(), shape.result()));
    NDArray kept = keeping ? manager.create(new Shape(batch, shape.kept())) : null;
    FloatBuffer from = NativeMemory.view(x);
    FloatBuffer contexts = context == null ? null : NativeMemory.view(context);
    FloatBuffer to = NativeMemory.view(value);
    FloatBuffer store = kept == null ? null : NativeMemory.view(kept);
    for (int i = 0; i < batch; i++) {
      read(kernel, from, contexts);
      float[] y = kernel.forward(i, masks);
      put(to, y, shape.pixels(), kernel.resultStride(), shape.result());
      if (store != null) {
        kernel.keep(store);
      }
    }
    return new Result(value, kept);
  }

  /**
   * The way back. Adds to the gradients by the weights.
   *
   * @param d gradient by the result, [B,H,W,O]
   * @param kept what {@link #forward} kept; null to compute it again, the same bit for bit
   * @param gradients in the weights' order
   */
  public static Pulled back(
      NDArray d,
      NDArray x,
      @Nullable NDArray context,
      @Nullable NDArray kept,
      NetworkShape shape,
      List<NDArray> weights,
      double rate,
      @Nullable Masks masks,
      List<NDArray> gradients) {
    NetworkKernel kernel = kernel(shape, weights, rate, true);
    NDManager manager = d.getManager();
    NDArray dx = manager.create(x.getShape());
    NDArray dContext = context == null ? null : manager.create(context.getShape());
    FloatBuffer upstream = NativeMemory.view(d);
    FloatBuffer from = NativeMemory.view(x);
    FloatBuffer contexts = context == null ? null : NativeMemory.view(context);
    FloatBuffer store = kept == null ? null : NativeMemory.view(kept);
    FloatBuffer to = NativeMemory.view(dx);
    FloatBuffer toContext = dContext == null ? null : NativeMemory.view(dContext);
    float[] dy = new float[shape.pixels() * shape.result()];
    for (int i = 0; i < x.getShape().get(0); i++) {
      read(kernel, from, contexts);
      upstream.get(dy);
      if (store == null) {
        kernel.forward(i, masks);
      } else {
        kernel.restore(store);
      }
      float[] back = kernel.back(dy, i, masks);
      put(to, back, shape.pixels(), kernel.inputStride(), shape.in());
      if (toContext != null) {
        float[] by = kernel.contextGradient();
        put(toContext, by, shape.pixels(), kernel.contextStride(), shape.context());
      }
    }
    List<float[]> sums = all(gradients);
    kernel.addGradients(sums, (float) rate);
    for (int i = 0; i < sums.size(); i++) {
      NativeMemory.view(gradients.get(i)).put(sums.get(i));
    }
    return new Pulled(dx, dContext);
  }

  private static NetworkKernel kernel(
      NetworkShape shape, List<NDArray> weights, double rate, boolean back) {
    NetworkKernel kernel = OWN.get().computeIfAbsent(shape, NetworkKernel::new);
    kernel.set(all(weights), (float) rate, back);
    return kernel;
  }

  private static void read(NetworkKernel kernel, FloatBuffer x, @Nullable FloatBuffer context) {
    x.get(kernel.input());
    if (context != null) {
      context.get(kernel.context());
    }
  }

  private static List<float[]> all(List<NDArray> arrays) {
    return arrays.stream().map(NativeMemory::floats).toList();
  }

  /** Rows of n floats that lie {@code stride} apart. */
  private static void put(FloatBuffer to, float[] rows, int count, int stride, int n) {
    if (stride == n) {
      to.put(rows, 0, count * n);
      return;
    }
    for (int r = 1; r < count; r++) { // together, forwards: no row is overwritten before it is read
      System.arraycopy(rows, r * stride, rows, r * n, n);
    }
    to.put(rows, 0, count * n);
  }
}
