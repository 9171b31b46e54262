package io.flowpp.core.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Self-attention of a batch by {@link AttentionKernel}, which is faster than the tensor library's
 * on a CPU, most of all with few channels a head. Values are copied from tensors and back, which is
 * little beside the work.
 */
public final class Attention {
  /** Up to here attention is faster than the library's whatever the number of positions. */
  private static final long FEW_CHANNELS_PER_HEAD = 16;

  /**
   * Up to here it is where positions are few or the way back is computed too; wider heads gain
   * nothing.
   */
  private static final long MAX_CHANNELS_PER_HEAD = 32;

  private static final long FEW_POSITIONS = 400;

  private static final ThreadLocal<Map<Shape, Attention>> OWN =
      ThreadLocal.withInitial(HashMap::new);

  private final AttentionKernel kernel;
  private final int tokens;
  private final int filters;
  private final float[] p;
  private final float[] dp;
  private final float[] a;
  private final float[] da;
  private final float[] sums;

  private Attention(int tokens, int filters, int heads) {
    this.tokens = tokens;
    this.filters = filters;
    kernel = new AttentionKernel(tokens, heads, filters / heads);
    p = new float[tokens * 3 * filters];
    dp = new float[p.length];
    a = new float[tokens * filters];
    da = new float[a.length];
    sums = new float[heads * tokens];
  }

  /**
   * Whether attention on tensors like {@code x} [B,H,W,F] is computed here when only its result is
   * wanted ({@link Vectors}).
   */
  public static boolean fitsForward(NDArray x, int heads) {
    Shape s = x.getShape();
    boolean few = s.get(1) * s.get(2) <= FEW_POSITIONS;
    return fits(x, heads, few ? MAX_CHANNELS_PER_HEAD : FEW_CHANNELS_PER_HEAD);
  }

  /** The same when the way back is computed as well, which takes more than twice the time. */
  public static boolean fitsBothWays(NDArray x, int heads) {
    return fits(x, heads, MAX_CHANNELS_PER_HEAD);
  }

  private static boolean fits(NDArray x, int heads, long channels) {
    return Vectors.take(x) && heads > 0 && x.getShape().get(3) / heads <= channels;
  }

  /**
   * softmax(q k' / sqrt(d)) v.
   *
   * @param p q, k and v [B,T,3F], contiguous
   * @return that [B,T,F], and the logs of the softmax's sums [B,heads·T] for the way back
   */
  public static NDList keep(NDArray p, int heads) {
    Shape s = p.getShape();
    Attention own = of(s, heads);
    int batch = Math.toIntExact(s.get(0));
    NDArray result = p.getManager().create(new Shape(batch, own.tokens, own.filters));
    NDArray sums = p.getManager().create(new Shape(batch, own.sums.length));
    FloatBuffer from = NativeMemory.view(p);
    FloatBuffer to = NativeMemory.view(result);
    FloatBuffer logs = NativeMemory.view(sums);
    for (int i = 0; i < batch; i++) {
      from.get(own.p);
      own.kernel.forward(own.p, 0, own.a, 0, own.sums, 0);
      to.put(own.a);
      logs.put(own.sums);
    }
    return new NDList(result, sums);
  }

  /**
   * The gradient by p.
   *
   * @param d gradient by the result, [B,T,F], contiguous
   */
  public static NDArray back(NDArray d, NDArray p, NDArray result, NDArray sums, int heads) {
    Shape s = p.getShape();
    Attention own = of(s, heads);
    NDArray gradient = d.getManager().create(s);
    FloatBuffer upstream = NativeMemory.view(d);
    FloatBuffer from = NativeMemory.view(p);
    FloatBuffer given = NativeMemory.view(result);
    FloatBuffer logs = NativeMemory.view(sums);
    FloatBuffer to = NativeMemory.view(gradient);
    for (int i = 0; i < s.get(0); i++) {
      upstream.get(own.da);
      from.get(own.p);
      given.get(own.a);
      logs.get(own.sums);
      own.kernel.backward(own.p, 0, own.a, 0, own.sums, 0, own.da, 0, own.dp, 0);
      to.put(own.dp);
    }
    return gradient;
  }

  private static Attention of(Shape p, int heads) {
    int tokens = Math.toIntExact(p.get(1));
    int filters = Math.toIntExact(p.get(2) / 3);
    return OWN.get()
        .computeIfAbsent(
            new Shape(tokens, filters, heads), shape -> new Attention(tokens, filters, heads));
  }
}
