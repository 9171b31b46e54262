package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;
import io.flowpp.core.spec.Weighting;

/**
 * A 1x1 convolution, the same linear map at every position: [..,I] to [..,O], y = W x + b with W
 * [O,I].
 */
final class Linear implements Layer {
  private final LayerParameters parameters;

  Linear(Parameters owner, String name, long in, long out, double scale, Weighting weighting) {
    parameters = new LayerParameters(owner, name, weighting, scale, out, in);
  }

  @Override
  public LayerParameters parameters() {
    return parameters;
  }

  @Override
  public NDArray apply(NDArray x, Pass pass) {
    return DataDependentInit.finish(
        x.matMul(parameters.effective(pass).transpose()), parameters, pass);
  }
}
