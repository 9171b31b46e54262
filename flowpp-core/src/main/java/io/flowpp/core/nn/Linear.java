package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * A 1x1 convolution, the same linear map at every position: [..,I] to [..,O], y = W x + b with W
 * [O,I].
 */
final class Linear {
  private final Parameter weight;
  private final Parameter bias;
  private final double scale;

  /**
   * @param scale standard deviation of the output that the data-dependent initialisation aims at
   */
  Linear(Parameters parameters, String name, long in, long out, double scale) {
    Parameters room = parameters.in(name);
    weight = room.add("weight", Parameter.Start.NORMAL_05, out, in);
    bias = room.add("bias", Parameter.Start.ZERO, out);
    this.scale = scale;
  }

  List<Parameter> parameters() {
    return List.of(weight, bias);
  }

  /** As {@link Conv3x3#apply}. */
  NDArray apply(NDArray x, Pass pass) {
    NDArray y = x.matMul(pass.value(weight).transpose());
    return pass.mode() == Pass.Mode.INITIALISE
        ? DataDependentInit.apply(y, weight, bias, scale, pass)
        : y.add(pass.value(bias));
  }
}
