package io.flowpp.core.kernel;

import org.jspecify.annotations.Nullable;

/**
 * Gated convolutions of one image with few channels, each with its layer norm where there is one,
 * on plain arrays: n = norm(h + a·sigmoid(b)), (a,b) = second(drop(concat_elu(first(concat_elu(h))
 * + map(context)))). Activations are computed again on the way back. One object holds the scratch
 * of one thread, a {@link Weights} the weights of one block.
 */
final class GatedConvKernel {
  private final NetworkShape shape;
  private final int filters;
  private final int size; // of [H·W,F]
  private final SmallConvolution first;
  private final @Nullable SmallConvolution fromContext;
  private final SmallConvolution second;
  private final GateAndNorm close;
  private final float[] left; // gradients by both halves of a concat_elu
  private final float[] right;
  private final float[] dt;

  GatedConvKernel(NetworkShape shape, GateAndNorm close) {
    this.shape = shape;
    this.close = close;
    filters = shape.filters();
    size = shape.pixels() * filters;
    int h = shape.height();
    int w = shape.width();
    first = new SmallConvolution(h, w, 3, 2 * filters, filters, 2, 1);
    fromContext =
        shape.context() == 0 ? null : new SmallConvolution(h, w, 1, shape.context(), filters, 1, 1);
    second = new SmallConvolution(h, w, shape.side(), 2 * filters, 2 * filters, 2, 2);
    left = new float[size];
    right = new float[size];
    dt = new float[size];
  }

  /** The weights of one block's gated convolution and their gradients. */
  final class Weights {
    final SmallConvolution.Filter first = GatedConvKernel.this.first.filter();
    final SmallConvolution.@Nullable Filter fromContext =
        GatedConvKernel.this.fromContext == null ? null : GatedConvKernel.this.fromContext.filter();
    final SmallConvolution.Filter second = GatedConvKernel.this.second.filter();
    final GateAndNorm.@Nullable Norm norm = shape.norm() ? new GateAndNorm.Norm(filters) : null;
  }

  Weights weights() {
    return new Weights();
  }

  /** What of one image and block the way back reads, [H·W,F] each. */
  static final class Values {
    final float[] t;
    final float[] a;
    final float[] b;
    final GateAndNorm.Values closed;

    Values(NetworkShape shape) {
      int size = shape.pixels() * shape.filters();
      t = new float[size];
      a = new float[size];
      b = new float[size];
      closed = new GateAndNorm.Values(shape.pixels(), shape.filters(), shape.norm());
    }
  }

  /**
   * @param context of this image, null without one
   * @param mask of this image [H·W,2F], null where nothing drops
   */
  void forward(
      Weights w, float[] h, float @Nullable [] context, byte @Nullable [] mask, Values values) {
    first.readActivated(h, null);
    first.forward(w.first, values.t);
    if (context != null && fromContext != null && w.fromContext != null) {
      fromContext.read(0, context);
      fromContext.addTo(w.fromContext, values.t);
    }
    second.readActivated(values.t, mask);
    second.forward(w.second, values.a, values.b);
    restore(w, h, values);
  }

  /** Computes the result again from what is kept. */
  void restore(Weights w, float[] h, Values values) {
    close.forward(h, values.a, values.b, w.norm, values.closed);
  }

  /**
   * Adds to the gradients of all weights.
   *
   * @param d gradient by the result, of which nothing is left; dh when this returns
   * @param dContext gradient by the context, overwritten; null without one
   */
  void back(
      Weights w,
      float[] d,
      float[] h,
      float @Nullable [] context,
      float @Nullable [] dContext,
      byte @Nullable [] mask,
      Values values) {
    close.back(d, values.a, values.b, w.norm, values.closed);
    second.readGradient(0, close.da(), filters);
    second.readGradient(1, close.db(), filters);
    second.readBackActivated(values.t, mask);
    second.back(w.second, left, right);
    if (mask != null) {
      Pointwise.maskHalves(left, right, filters, mask);
    }
    Pointwise.concatEluBack(values.t, left, right, dt, size);
    if (context != null && dContext != null && fromContext != null && w.fromContext != null) {
      fromContext.readGradient(0, dt, filters);
      fromContext.readBack(0, context);
      fromContext.back(w.fromContext, dContext);
    }
    first.readGradient(0, dt, filters);
    first.readBackActivated(h, null);
    first.back(w.first, left, right);
    Pointwise.concatEluBack(h, left, right, dt, size);
    Pointwise.add(dt, d, size);
  }
}
