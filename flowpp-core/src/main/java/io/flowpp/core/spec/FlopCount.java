package io.flowpp.core.spec;

/**
 * Floating-point operations of the matrix products of one walk through a network, counted from the
 * spec alone; a multiplication with its addition counts as two. Elementwise work, sums and the
 * mixture's transcendental functions are not counted.
 *
 * @param convolution of 3x3 convolutions, zero padding counted as if it were read
 * @param linear of 1x1 convolutions
 * @param attention of q k^T and of its product with v, all positions with all
 */
public record FlopCount(double convolution, double linear, double attention) {
  /** A backward pass computes the gradient of both factors of each product. */
  private static final int FORWARD_AND_BACKWARD = 3;

  /** Of what multiplies nothing. */
  public static final FlopCount NONE = new FlopCount(0, 0, 0);

  public double total() {
    return convolution + linear + attention;
  }

  /** Of one image's bound, forward: dequantizer and flow. */
  public static FlopCount bound(ModelSpec model) {
    return dequantizer(model).plus(flow(model));
  }

  /** Of one image's way through the flow; as much in either direction. */
  public static FlopCount flow(ModelSpec model) {
    FlopCount sum = NONE;
    for (PlacedStep placed : PlacedStep.of(model)) {
      if (placed.step() instanceof FlowStepSpec.Couplings c) {
        ImageShape half = PlacedStep.half(c.split(), placed.in());
        sum = sum.plus(coupling(c.coupling(), half, c.pointwise(), 0).times(c.count()));
      }
    }
    return sum;
  }

  /**
   * Of a training step on {@code images} images, forward and backward. What a mode that saves
   * memory computes twice is counted once: the rate is that of useful work.
   */
  public static FlopCount step(ModelSpec model, int images) {
    return bound(model).times((double) images * FORWARD_AND_BACKWARD);
  }

  private static FlopCount dequantizer(ModelSpec model) {
    if (!(model.dequantizer() instanceof DequantizerSpec.Variational v)) {
      return NONE;
    }
    ImageShape half = PlacedStep.half(SplitKind.CHECKERBOARD, model.shape());
    return context(v.context(), half)
        .plus(
            coupling(v.coupling(), half, v.pointwise(), v.context().filters())
                .times(v.couplings()));
  }

  /** Of the network that reads both halves of {@code half}, once for all couplings. */
  private static FlopCount context(ContextSpec context, ImageShape half) {
    double f = context.filters();
    boolean mixes = !(context.mixing() instanceof MixingSpec.None);
    FlopCount block = products(half, 9 * (2 * f * f + 4 * f * f), 0, 0);
    return products(half, 9 * 2.0 * half.channels() * f, 0, 0)
        .plus(block.plus(mixes ? mixing(context.mixing(), f, half) : NONE).times(context.blocks()));
  }

  /** Of one image's norm, pointwise and coupling on halves of {@code half}. */
  static FlopCount coupling(
      CouplingSpec coupling, ImageShape half, boolean pointwise, int contextFilters) {
    ConditionerSpec n = coupling.conditioner();
    double f = n.filters();
    double c = half.channels();
    double last = n.ending() == Ending.ACTIVATED ? 2 * f : f;
    boolean mixes = !(n.mixing() instanceof MixingSpec.None);
    FlopCount block = products(half, 9 * 2 * f * f, 4 * f * f + 2 * contextFilters * f, 0);
    double ends = 9 * (c * f + last * c * coupling.parametersPerChannel());
    return products(half, ends, pointwise ? 2 * c * c : 0, 0)
        .plus(block.plus(mixes ? mixing(n.mixing(), f, half) : NONE).times(n.blocks()));
  }

  private static FlopCount mixing(MixingSpec mixing, double f, ImageShape half) {
    double scores = mixing instanceof MixingSpec.SelfAttention ? 2 * f * positions(half) : 0;
    return products(half, 0, 5 * f * f, scores);
  }

  /** From multiplications at each position. */
  private static FlopCount products(
      ImageShape half, double convolution, double linear, double attention) {
    double each = 2 * positions(half);
    return new FlopCount(each * convolution, each * linear, each * attention);
  }

  private static double positions(ImageShape shape) {
    return (double) shape.height() * shape.width();
  }

  FlopCount plus(FlopCount other) {
    return new FlopCount(
        convolution + other.convolution, linear + other.linear, attention + other.attention);
  }

  public FlopCount times(double factor) {
    return new FlopCount(convolution * factor, linear * factor, attention * factor);
  }
}
