package io.flowpp.core.spec;

/** Exact numbers of trainable values, counted from the spec alone. */
public record ParameterCount(long dequantizer, long flow) {
  public long total() {
    return dequantizer + flow;
  }

  /** Counts what a model built from {@code spec} holds. */
  public static ParameterCount of(ModelSpec spec) {
    long dequantizer =
        spec.dequantizer() instanceof DequantizerSpec.Variational v
            ? context(v.context(), spec.shape()) + couplings(v, spec.shape())
            : 0;
    long flow =
        PlacedStep.of(spec).stream().mapToLong(placed -> step(placed.step(), placed.in())).sum();
    return new ParameterCount(dequantizer, flow);
  }

  /** Of the network that sees an image of {@code shape}. */
  static long context(ContextSpec context, ImageShape shape) {
    Layers layers = new Layers(context.weighting());
    long f = context.filters();
    ImageShape half = PlacedStep.half(SplitKind.CHECKERBOARD, shape);
    boolean mixes = !(context.mixing() instanceof MixingSpec.None);
    long block =
        layers.conv(2 * f, f)
            + layers.conv(2 * f, 2 * f)
            + (context.normalised() ? 2 * f : 0)
            + (mixes ? layers.mixing(f) : 0);
    return layers.conv(2L * half.channels(), f)
        + (mixes ? positions(half) * f : 0)
        + context.blocks() * block;
  }

  private static long couplings(DequantizerSpec.Variational v, ImageShape shape) {
    ImageShape half = PlacedStep.half(SplitKind.CHECKERBOARD, shape);
    return v.couplings() * coupling(v.coupling(), half, v.pointwise(), v.context().filters());
  }

  /** Of one step of the flow on images of {@code shape}. */
  static long step(FlowStepSpec step, ImageShape shape) {
    return step instanceof FlowStepSpec.Couplings g
        ? g.count() * coupling(g.coupling(), PlacedStep.half(g.split(), shape), g.pointwise(), 0)
        : 0;
  }

  /** One norm, pointwise and coupling on halves of {@code half}. */
  private static long coupling(
      CouplingSpec coupling, ImageShape half, boolean pointwise, long contextFilters) {
    ConditionerSpec n = coupling.conditioner();
    Layers layers = new Layers(n.weighting());
    long f = n.filters();
    long c = half.channels();
    long block =
        layers.conv(2 * f, f)
            + (contextFilters > 0 ? layers.linear(2 * contextFilters, f) : 0)
            + layers.linear(2 * f, 2 * f)
            + 2 * f
            + (n.mixing() instanceof MixingSpec.None ? 0 : layers.mixing(f));
    long last = n.ending() == Ending.ACTIVATED ? 2 * f : f;
    long conditioner =
        layers.conv(c, f)
            + positions(half) * f
            + n.blocks() * block
            + layers.conv(last, c * coupling.parametersPerChannel());
    return 4L * half.dimensions() + (pointwise ? 2 * c * c : 0) + conditioner;
  }

  private static long positions(ImageShape shape) {
    return (long) shape.height() * shape.width();
  }

  /** Counts of single layers: weight, bias, and gain where weights are normalised. */
  private record Layers(Weighting weighting) {
    long conv(long in, long out) {
      return linear(9 * in, out);
    }

    long linear(long in, long out) {
      return in * out + (weighting == Weighting.NORMALISED ? 2 : 1) * out;
    }

    /** The two maps of attention or of its ablation, and the layer norm after it. */
    long mixing(long f) {
      return linear(f, 3 * f) + linear(f, 2 * f) + 2 * f;
    }
  }
}
