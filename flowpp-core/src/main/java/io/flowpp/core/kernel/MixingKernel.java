package io.flowpp.core.kernel;

import org.jspecify.annotations.Nullable;

/**
 * Mixings of one image with few channels, each with its layer norm, on plain arrays: n = norm(h +
 * a·sigmoid(b)), (a,b) = close(drop(mix(open(h + position)))), where mix is self-attention or, in
 * its ablation, the largest of three adjacent channels. One object holds the scratch of one thread,
 * a {@link Weights} the weights of one block.
 */
final class MixingKernel {
  private final int filters;
  private final int size; // of [H·W,F]
  private final SmallConvolution open;
  private final SmallConvolution close;
  private final GateAndNorm gate;
  private final @Nullable AttentionKernel attention;
  private final float[] sum;
  private final float[] p;
  private final float[] dp;
  private final float[] dropped;
  private final float[] dx;

  MixingKernel(NetworkShape shape, GateAndNorm gate) {
    this.gate = gate;
    filters = shape.filters();
    size = shape.pixels() * filters;
    int h = shape.height();
    int w = shape.width();
    open = new SmallConvolution(h, w, 1, filters, 3 * filters, 1, 1);
    close = new SmallConvolution(h, w, 1, filters, 2 * filters, 1, 2);
    attention =
        shape.heads() == 0
            ? null
            : new AttentionKernel(shape.pixels(), shape.heads(), filters / shape.heads());
    sum = new float[size];
    p = new float[3 * size];
    dp = new float[3 * size];
    dropped = new float[size];
    dx = new float[size];
  }

  /** The weights of one block's mixing and their gradients. */
  final class Weights {
    final SmallConvolution.Filter open = MixingKernel.this.open.filter();
    final SmallConvolution.Filter close = MixingKernel.this.close.filter();
    final GateAndNorm.Norm norm = new GateAndNorm.Norm(filters);
  }

  Weights weights() {
    return new Weights();
  }

  /** What of one image and block the way back reads, [H·W,F] each, logs of sums [heads,H·W]. */
  static final class Values {
    final float[] mixed;
    final float[] sums;
    final float[] a;
    final float[] b;
    final GateAndNorm.Values closed;

    Values(NetworkShape shape) {
      int size = shape.pixels() * shape.filters();
      mixed = new float[size];
      sums = new float[shape.pixels() * shape.heads()];
      a = new float[size];
      b = new float[size];
      closed = new GateAndNorm.Values(shape.pixels(), shape.filters(), true);
    }
  }

  /**
   * @param position [H·W,F]
   * @param mask of this image [H·W,F], null where nothing drops
   */
  void forward(Weights w, float[] h, float[] position, byte @Nullable [] mask, Values values) {
    project(w, h, position);
    if (attention == null) {
      Pointwise.largestOfThree(p, values.mixed, size);
    } else {
      attention.forward(p, 0, values.mixed, 0, values.sums, 0);
    }
    close.read(0, drop(values.mixed, mask));
    close.forward(w.close, values.a, values.b);
    restore(w, h, values);
  }

  /** Computes the result again from what is kept. */
  void restore(Weights w, float[] h, Values values) {
    gate.forward(h, values.a, values.b, w.norm, values.closed);
  }

  /**
   * Adds to the gradients of all weights.
   *
   * @param d gradient by the result, of which nothing is left; dh when this returns
   * @param dPosition that by the position, added to
   */
  void back(
      Weights w,
      float[] d,
      float[] h,
      float[] position,
      float[] dPosition,
      byte @Nullable [] mask,
      Values values) {
    gate.back(d, values.a, values.b, w.norm, values.closed);
    close.readGradient(0, gate.da(), filters);
    close.readGradient(1, gate.db(), filters);
    close.readBack(0, drop(values.mixed, mask));
    close.back(w.close, dx);
    if (mask != null) {
      Pointwise.mask(dx, mask);
    }
    project(w, h, position);
    if (attention == null) {
      Pointwise.largestOfThreeBack(p, values.mixed, dx, dp, size);
    } else {
      attention.backward(p, 0, values.mixed, 0, values.sums, 0, dx, 0, dp, 0);
    }
    open.readGradient(0, dp, 3 * filters);
    open.readBack(0, sum);
    open.back(w.open, dx);
    Pointwise.add(dx, dPosition, size);
    Pointwise.add(dx, d, size);
  }

  /** p = open(h + position), [H·W,3F]. */
  private void project(Weights w, float[] h, float[] position) {
    System.arraycopy(h, 0, sum, 0, size);
    Pointwise.add(position, sum, size);
    open.read(0, sum);
    open.forward(w.open, p);
  }

  private float[] drop(float[] mixed, byte @Nullable [] mask) {
    if (mask == null) {
      return mixed;
    }
    System.arraycopy(mixed, 0, dropped, 0, size);
    Pointwise.mask(dropped, mask);
    return dropped;
  }
}
