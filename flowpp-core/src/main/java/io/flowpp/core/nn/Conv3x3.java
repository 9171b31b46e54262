package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import java.util.List;

/**
 * A 3x3 convolution, stride 1, zero padding: [B,H,W,I] to [B,H,W,O]. The weight is kept as
 * [O,3,3,I], which is channels-last in memory.
 */
final class Conv3x3 {
  private static final Shape ONE = new Shape(1, 1);

  private final Parameter weight;
  private final Parameter bias;
  private final double scale;

  /**
   * @param scale standard deviation of the output that the data-dependent initialisation aims at
   */
  Conv3x3(Parameters parameters, String name, long in, long out, double scale) {
    Parameters room = parameters.in(name);
    weight = room.add("weight", Parameter.Start.NORMAL_05, out, 3, 3, in);
    bias = room.add("bias", Parameter.Start.ZERO, out);
    this.scale = scale;
  }

  List<Parameter> parameters() {
    return List.of(weight, bias);
  }

  /**
   * y = W * x + b by plain array operations, after setting W and b on {@code x} if the pass
   * initialises.
   */
  NDArray apply(NDArray x, Pass pass) {
    NDArray y = convolve(x, pass.value(weight));
    return pass.mode() == Pass.Mode.INITIALISE
        ? DataDependentInit.apply(y, weight, bias, scale, pass)
        : y.add(pass.value(bias));
  }

  private static NDArray convolve(NDArray x, NDArray w) {
    return Conv2d.conv2d(x.transpose(0, 3, 1, 2), w.transpose(0, 3, 1, 2), null, ONE, ONE)
        .singletonOrThrow()
        .transpose(0, 2, 3, 1);
  }
}
