package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;
import io.flowpp.core.spec.MixingSpec;
import io.flowpp.core.spec.Weighting;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a network on its own, by plain array operations, for comparison with another
 * implementation of it.
 */
public interface NetworkPart {
  /**
   * @param x [B,H,W,I]
   * @param beside what the piece reads besides: the context [B,H,W,C] of a gated convolution, the
   *     positions [H,W,F] of a mixing; null for others
   * @return [B,H,W,O]
   */
  NDArray apply(NDArray x, @Nullable NDArray beside, Pass pass);

  /** [x, -x] through elu: [..,F] to [..,2F]. */
  static NetworkPart concatElu() {
    return (x, beside, pass) -> Activations.concatElu(x);
  }

  /** a·sigmoid(b) of [a, b]: [..,2F] to [..,F]. */
  static NetworkPart gate() {
    return (x, beside, pass) -> Activations.gate(x);
  }

  /** A 3x3 convolution with the parameters {@code layer/...}. */
  static NetworkPart convolution(Parameters owner, long in, long out, Weighting weighting) {
    Conv3x3 layer = new Conv3x3(owner, "layer", in, out, 1, weighting);
    return (x, beside, pass) -> layer.apply(x, pass);
  }

  /** A 1x1 convolution with the parameters {@code layer/...}. */
  static NetworkPart linear(Parameters owner, long in, long out, Weighting weighting) {
    Linear layer = new Linear(owner, "layer", in, out, 1, weighting);
    return (x, beside, pass) -> layer.apply(x, pass);
  }

  /** A layer norm with the parameters {@code layer/...}. */
  static NetworkPart layerNorm(Parameters owner, long channels) {
    LayerNorm layer = new LayerNorm(owner, "layer", channels);
    return (x, beside, pass) -> layer.apply(x, pass);
  }

  /**
   * A gated convolution with the parameters {@code c1/...}, {@code context/...}, {@code c2/...}.
   *
   * @param contextFilters 0 for none
   * @param wide true where its second convolution is 3x3 too
   */
  static NetworkPart gatedConvolution(
      Parameters owner, long filters, long contextFilters, boolean wide, Weighting weighting) {
    long twice = 2 * filters;
    Conv3x3 first = new Conv3x3(owner, "c1", twice, filters, 1, weighting);
    Linear context =
        contextFilters > 0
            ? new Linear(owner, "context", 2 * contextFilters, filters, 1, weighting)
            : null;
    Layer second =
        wide
            ? new Conv3x3(owner, "c2", twice, twice, .1, weighting)
            : new Linear(owner, "c2", twice, twice, .1, weighting);
    GatedConv layer = new GatedConv(first, context, second);
    return (x, beside, pass) ->
        layer.apply(x, beside == null ? null : Activations.concatElu(beside), null, pass);
  }

  /** Attention or its ablation, with the parameters {@code mixing/...}. */
  static NetworkPart mixing(Parameters owner, long filters, MixingSpec spec, Weighting weighting) {
    Mixing layer = new Mixing(owner, filters, spec, weighting);
    return (x, beside, pass) ->
        layer.apply(x, Objects.requireNonNull(beside, "positions"), null, pass);
  }
}
