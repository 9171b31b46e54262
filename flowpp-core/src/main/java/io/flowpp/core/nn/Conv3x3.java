package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import io.flowpp.core.spec.Weighting;

/**
 * A 3x3 convolution, stride 1, zero padding: [B,H,W,I] to [B,H,W,O]. The weight is kept as
 * [O,3,3,I], which is channels-last in memory.
 */
final class Conv3x3 implements Layer {
  private static final Shape ONE = new Shape(1, 1);

  private final LayerParameters parameters;

  Conv3x3(Parameters owner, String name, long in, long out, double scale, Weighting weighting) {
    parameters = new LayerParameters(owner, name, weighting, scale, out, 3, 3, in);
  }

  @Override
  public LayerParameters parameters() {
    return parameters;
  }

  @Override
  public NDArray apply(NDArray x, Pass pass) {
    NDArray w = parameters.effective(pass);
    NDArray y =
        Conv2d.conv2d(x.transpose(0, 3, 1, 2), w.transpose(0, 3, 1, 2), null, ONE, ONE)
            .singletonOrThrow()
            .transpose(0, 2, 3, 1);
    return DataDependentInit.finish(y, parameters, pass);
  }
}
