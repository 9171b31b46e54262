package io.flowpp.core.kernel;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network of gated blocks with few channels, forward and backward, image by image on plain
 * arrays. One object holds weights, gradients and scratch of one thread.
 */
final class NetworkKernel {
  private final NetworkShape shape;
  private final SmallConvolution in;
  private final SmallConvolution.Filter inFilter;
  private final GatedConvKernel conv;
  private final @Nullable MixingKernel mixing;
  private final List<Block> blocks = new ArrayList<>();
  private final @Nullable SmallConvolution out;
  private final SmallConvolution.@Nullable Filter outFilter;
  private final float[] position;
  private final float[] positionGradient;
  private final float[] x;
  private final float[] context;
  private final float[] first; // what the first convolution gives
  private final float[] d; // on its way back from block to block
  private final float[] dRight;
  private final float[] dx;
  private final float[] dContext;
  private final float[] contextGradient;
  private final float[] y;
  private final byte[] wideMask;
  private final byte[] mask;

  NetworkKernel(NetworkShape shape) {
    this.shape = shape;
    int h = shape.height();
    int w = shape.width();
    int filters = shape.filters();
    int size = shape.pixels() * filters;
    in = new SmallConvolution(h, w, 3, shape.in(), filters, 1, 1);
    inFilter = in.filter();
    GateAndNorm gate = new GateAndNorm(shape.pixels(), filters);
    conv = new GatedConvKernel(shape, gate);
    mixing = shape.mixes() ? new MixingKernel(shape, gate) : null;
    for (int i = 0; i < shape.blocks(); i++) {
      blocks.add(new Block());
    }
    int parts = shape.activated() ? 2 : 1;
    out =
        shape.out() == 0
            ? null
            : new SmallConvolution(h, w, 3, parts * filters, shape.out(), parts, 1);
    outFilter = out == null ? null : out.filter();
    position = new float[shape.mixes() ? size : 0];
    positionGradient = new float[position.length];
    x = new float[shape.pixels() * shape.in()];
    context = new float[shape.pixels() * shape.context()];
    first = new float[size];
    d = new float[size];
    dRight = new float[shape.activated() ? size : 0];
    dx = new float[shape.pixels() * in.inStride()];
    int contextStride = Panels.padded(shape.context());
    dContext = new float[shape.pixels() * contextStride];
    contextGradient = new float[dContext.length];
    y = new float[out == null ? 0 : shape.pixels() * out.outStride()];
    wideMask = new byte[2 * size];
    mask = new byte[size];
  }

  /** Weights and values of one block; where blocks do not mix those of a mixing are null. */
  private final class Block {
    final GatedConvKernel.Weights conv = NetworkKernel.this.conv.weights();
    final MixingKernel.@Nullable Weights mixing =
        NetworkKernel.this.mixing == null ? null : NetworkKernel.this.mixing.weights();
    final GatedConvKernel.Values values = new GatedConvKernel.Values(shape);
    final MixingKernel.@Nullable Values mixed =
        mixing == null ? null : new MixingKernel.Values(shape);

    float[] result() {
      return mixed == null ? values.closed.result() : mixed.closed.result();
    }
  }

  /** Gives the mask of one dropout layer for one image. */
  interface Masks {
    /**
     * @param layer counted through the blocks
     * @param kept to be filled with 1 and, for what is dropped, 0
     */
    void fill(int layer, int image, byte[] kept);
  }

  /** The network's input of one image, to be filled, [H·W,I]. */
  float[] input() {
    return x;
  }

  /** The context of one image, to be filled, [H·W,C]. */
  float[] context() {
    return context;
  }

  /**
   * Sets all weights and forgets the gradients.
   *
   * @param w of the first convolution, the position where blocks mix, of each block (convolution,
   *     map of the context, second map, norm, both maps of the mixing, its norm), of the last
   *     convolution
   * @param rate dropout's 1/(1-p)
   * @param back whether the way back will be gone
   */
  void set(List<float[]> w, float rate, boolean back) {
    Iterator<float[]> next = w.iterator();
    set(inFilter, 1f, next.next(), next.next(), back);
    if (shape.mixes()) {
      System.arraycopy(next.next(), 0, position, 0, position.length);
      Arrays.fill(positionGradient, 0f);
    }
    for (Block block : blocks) {
      set(block.conv.first, 1f, next.next(), next.next(), back);
      if (block.conv.fromContext != null) {
        float[] weight = next.next();
        float[] bias = next.next();
        set(block.conv.fromContext, 1f, weight, bias, back);
        block.conv.first.addBias(bias);
      }
      set(block.conv.second, rate, next.next(), next.next(), back);
      if (block.conv.norm != null) {
        block.conv.norm.set(next.next(), next.next());
      }
      if (block.mixing != null) {
        set(block.mixing.open, 1f, next.next(), next.next(), back);
        set(block.mixing.close, rate, next.next(), next.next(), back);
        block.mixing.norm.set(next.next(), next.next());
      }
    }
    if (outFilter != null) {
      set(outFilter, 1f, next.next(), next.next(), back);
    }
  }

  private static void set(
      SmallConvolution.Filter filter, float factor, float[] w, float[] b, boolean back) {
    filter.set(w, factor, b);
    if (back) {
      filter.setBack(w, 1f); // what set has multiplied with the factor
    }
  }

  /** Adds the gradients to those of {@code g}, in the weights' order. */
  void addGradients(List<float[]> g, float rate) {
    Iterator<float[]> next = g.iterator();
    add(inFilter, 1f, next);
    if (shape.mixes()) {
      add(positionGradient, next.next());
    }
    for (Block block : blocks) {
      add(block.conv.first, 1f, next);
      if (block.conv.fromContext != null) {
        add(block.conv.fromContext, 1f, next);
      }
      add(block.conv.second, rate, next);
      if (block.conv.norm != null) {
        add(block.conv.norm, next);
      }
      if (block.mixing != null) {
        add(block.mixing.open, 1f, next);
        add(block.mixing.close, rate, next);
        add(block.mixing.norm, next);
      }
    }
    if (outFilter != null) {
      add(outFilter, 1f, next);
    }
  }

  private static void add(SmallConvolution.Filter filter, float factor, Iterator<float[]> next) {
    filter.addWeightGradient(factor, next.next());
    add(filter.biasGradient(), next.next());
  }

  private static void add(GateAndNorm.Norm norm, Iterator<float[]> next) {
    add(norm.weightGradient(), next.next());
    add(norm.biasGradient(), next.next());
  }

  private static void add(float[] gradient, float[] sum) {
    Pointwise.add(gradient, sum, sum.length);
  }

  /**
   * The result of {@link #input} and {@link #context}, pixels {@link #resultStride} floats apart.
   *
   * @param masks null where nothing drops
   */
  float[] forward(int image, @Nullable Masks masks) {
    in.read(0, x);
    in.forward(inFilter, first);
    float[] h = first;
    int layer = 0;
    for (Block block : blocks) {
      conv.forward(block.conv, h, contextOrNull(), wide(masks, layer++, image), block.values);
      if (mixing != null && block.mixing != null && block.mixed != null) {
        float[] n = block.values.closed.result();
        mixing.forward(block.mixing, n, position, narrow(masks, layer++, image), block.mixed);
      }
      h = block.result();
    }
    if (out == null || outFilter == null) {
      return h;
    }
    if (shape.activated()) {
      out.readActivated(h, null);
    } else {
      out.read(0, h);
    }
    out.forward(outFilter, y);
    return y;
  }

  /** Floats from one pixel of the result to the next. */
  int resultStride() {
    return out == null ? shape.filters() : out.outStride();
  }

  /** Writes what {@link #restore} reads, {@link NetworkShape#kept} values. */
  void keep(FloatBuffer to) {
    for (Block block : blocks) {
      to.put(block.values.t).put(block.values.a).put(block.values.b);
      if (block.mixed != null) {
        to.put(block.mixed.mixed).put(block.mixed.sums).put(block.mixed.a).put(block.mixed.b);
      }
    }
  }

  /** Brings back what {@link #forward} left for {@link #back}, from the input and what was kept. */
  void restore(FloatBuffer from) {
    in.read(0, x);
    in.forward(inFilter, first);
    float[] h = first;
    for (Block block : blocks) {
      from.get(block.values.t).get(block.values.a).get(block.values.b);
      conv.restore(block.conv, h, block.values);
      if (mixing != null && block.mixing != null && block.mixed != null) {
        from.get(block.mixed.mixed).get(block.mixed.sums).get(block.mixed.a).get(block.mixed.b);
        mixing.restore(block.mixing, block.values.closed.result(), block.mixed);
      }
      h = block.result();
    }
  }

  /**
   * The gradient by the input, pixels {@link #inputStride} floats apart, after {@link #forward} or
   * {@link #restore} of the same image; adds to those by the weights.
   *
   * @param dy gradient by the result, [H·W,O], overwritten
   */
  float[] back(float[] dy, int image, @Nullable Masks masks) {
    Arrays.fill(contextGradient, 0f);
    if (out == null || outFilter == null) {
      System.arraycopy(dy, 0, d, 0, d.length);
    } else {
      float[] h = blocks.isEmpty() ? first : blocks.get(blocks.size() - 1).result();
      out.readGradient(0, dy, shape.out());
      if (shape.activated()) {
        out.readBackActivated(h, null);
        out.back(outFilter, d, dRight);
        Pointwise.concatEluBack(h, d, dRight, d, d.length);
      } else {
        out.readBack(0, h);
        out.back(outFilter, d);
      }
    }
    int layer = blocks.size() * (mixing == null ? 1 : 2);
    for (int i = blocks.size() - 1; i >= 0; i--) {
      Block block = blocks.get(i);
      if (mixing != null && block.mixing != null && block.mixed != null) {
        float[] n = block.values.closed.result();
        byte[] dropped = narrow(masks, --layer, image);
        mixing.back(block.mixing, d, n, position, positionGradient, dropped, block.mixed);
      }
      float[] h = i == 0 ? first : blocks.get(i - 1).result();
      byte[] dropped = wide(masks, --layer, image);
      boolean reads = shape.context() > 0;
      conv.back(block.conv, d, h, contextOrNull(), reads ? dContext : null, dropped, block.values);
      if (reads) {
        Pointwise.add(dContext, contextGradient, dContext.length);
      }
    }
    in.readGradient(0, d, shape.filters());
    in.readBack(0, x);
    in.back(inFilter, dx);
    return dx;
  }

  /** Floats from one pixel of the input's gradient to the next. */
  int inputStride() {
    return in.inStride();
  }

  /** The gradient by the context that {@link #back} has left, [H·W,{@link #contextStride}]. */
  float[] contextGradient() {
    return contextGradient;
  }

  int contextStride() {
    return Panels.padded(shape.context());
  }

  private float @Nullable [] contextOrNull() {
    return shape.context() > 0 ? context : null;
  }

  private byte @Nullable [] wide(@Nullable Masks masks, int layer, int image) {
    return masks == null ? null : filled(masks, layer, image, wideMask);
  }

  private byte @Nullable [] narrow(@Nullable Masks masks, int layer, int image) {
    return masks == null ? null : filled(masks, layer, image, mask);
  }

  private static byte[] filled(Masks masks, int layer, int image, byte[] into) {
    masks.fill(layer, image, into);
    return into;
  }
}
