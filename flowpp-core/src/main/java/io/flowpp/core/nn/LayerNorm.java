package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * Normalises the channels of each position: (x - mean) / sqrt(var + 1e-5) · gain + bias, with the
 * population variance (Ba et al. 2016).
 */
final class LayerNorm {
  private static final double EPSILON = 1e-5;

  private final Parameter gain;
  private final Parameter bias;

  LayerNorm(Parameters parameters, String name, long channels) {
    Parameters room = parameters.in(name);
    gain = room.add("gain", Parameter.Start.ONE, channels);
    bias = room.add("bias", Parameter.Start.ZERO, channels);
  }

  List<Parameter> parameters() {
    return List.of(gain, bias);
  }

  NDArray apply(NDArray x, Pass pass) {
    int[] last = {x.getShape().dimension() - 1};
    NDArray centred = x.sub(x.mean(last, true));
    NDArray variance = centred.mul(centred).mean(last, true);
    return centred.div(variance.add(EPSILON).sqrt()).mul(pass.value(gain)).add(pass.value(bias));
  }
}
