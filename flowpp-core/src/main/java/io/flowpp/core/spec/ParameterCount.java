package io.flowpp.core.spec;

/** Exact numbers of trainable values, counted from the spec alone. */
public record ParameterCount(long dequantizer, long flow) {
  public long total() {
    return dequantizer + flow;
  }

  /** Counts what a model built from {@code spec} holds. */
  public static ParameterCount of(ModelSpec spec) {
    ImageShape s = spec.shape();
    long dequantizer =
        spec.dequantizer() instanceof DequantizerSpec.Variational v ? variational(v, s) : 0;
    int h = s.height();
    int w = s.width();
    int c = s.channels();
    long flow = 0;
    for (FlowStepSpec step : spec.flow()) {
      if (step instanceof FlowStepSpec.Couplings g) {
        boolean board = g.split() == SplitKind.CHECKERBOARD;
        flow +=
            g.count()
                * step(g.coupling(), h, board ? w / 2 : w, board ? c : c / 2, g.pointwise(), 0);
      } else {
        h /= 2;
        w /= 2;
        c *= 4;
      }
    }
    return new ParameterCount(dequantizer, flow);
  }

  private static long variational(DequantizerSpec.Variational v, ImageShape s) {
    long f = v.contextFilters();
    long context =
        conv(2L * s.channels(), f) + v.contextBlocks() * (conv(2 * f, f) + conv(2 * f, 2 * f));
    return context
        + v.couplings()
            * step(
                v.coupling(),
                s.height(),
                s.width() / 2,
                s.channels(),
                v.pointwise(),
                v.contextFilters());
  }

  /** One Norm, Pointwise and coupling on halves of [h,w,c]. */
  private static long step(
      CouplingSpec coupling, long h, long w, long c, boolean pointwise, long contextFilters) {
    ConditionerSpec n = coupling.conditioner();
    long f = n.filters();
    long block =
        conv(2 * f, f)
            + (contextFilters > 0 ? linear(2 * contextFilters, f) : 0)
            + linear(2 * f, 2 * f)
            + linear(f, 3 * f)
            + linear(f, 2 * f)
            + 4 * f;
    long conditioner =
        conv(c, f) + h * w * f + n.blocks() * block + conv(f, c * coupling.parametersPerChannel());
    return 4 * h * w * c + (pointwise ? 2 * c * c : 0) + conditioner;
  }

  private static long conv(long in, long out) {
    return 9 * in * out + out;
  }

  private static long linear(long in, long out) {
    return in * out + out;
  }
}
