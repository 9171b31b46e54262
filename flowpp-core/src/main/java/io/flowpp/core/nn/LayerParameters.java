package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.spec.Weighting;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The weight and bias of a linear layer, y = W x + b, output axis first. With {@link
 * Weighting#NORMALISED} the parameters are V, g and b, and W = g·V/|V| with the norm over all axes
 * but the output's (Salimans and Kingma 2016).
 */
final class LayerParameters {
  /** The authors' floor under |V|² of a convolution; their dense layers have none. */
  static final double CONVOLUTION_FLOOR = 1e-12;

  private final Parameter weight;
  private final @Nullable Parameter gain;
  private final Parameter bias;
  private final double scale;

  /**
   * @param scale standard deviation of the output that the data-dependent initialisation aims at
   * @param dims shape of the weight, output axis first
   */
  LayerParameters(Parameters owner, String name, Weighting weighting, double scale, long... dims) {
    Parameters room = owner.in(name);
    weight = room.add("weight", Parameter.Start.NORMAL_05, dims);
    gain =
        weighting == Weighting.NORMALISED ? room.add("gain", Parameter.Start.ONE, dims[0]) : null;
    bias = room.add("bias", Parameter.Start.ZERO, dims[0]);
    this.scale = scale;
  }

  List<Parameter> all() {
    return gain == null ? List.of(weight, bias) : List.of(weight, gain, bias);
  }

  /** The kept weight: W itself, or V. */
  Parameter weight() {
    return weight;
  }

  /** Null where weights are not normalised. */
  @Nullable Parameter gain() {
    return gain;
  }

  Parameter bias() {
    return bias;
  }

  double scale() {
    return scale;
  }

  /** W, by plain array operations. */
  NDArray effective(Pass pass) {
    NDArray v = pass.value(weight);
    if (gain == null) {
      return v;
    }
    int[] inner =
        LongStream.range(1, weight.shape().dimension()).mapToInt(Math::toIntExact).toArray();
    NDArray squares = v.mul(v).sum(inner, true);
    if (weight.shape().dimension() == 4) {
      NDArray floor = pass.manager().full(new Shape(), (float) CONVOLUTION_FLOOR);
      squares = squares.maximum(floor.toType(v.getDataType(), false));
    }
    return v.div(squares.sqrt()).mul(alongOutput(pass.value(gain)));
  }

  /** A vector over outputs, shaped to multiply the weight. */
  NDArray alongOutput(NDArray vector) {
    long[] dims = new long[weight.shape().dimension()];
    Arrays.fill(dims, 1);
    dims[0] = weight.shape().get(0);
    return vector.reshape(dims);
  }
}
