package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;

/**
 * Data-dependent initialisation of a linear layer (Salimans and Kingma 2016): statistics of the
 * output, per output channel over batch and space; s = scale / sqrt(var + 1e-8). Plain weights: W
 * *= s, b = -mean·s, from the output without bias. Normalised ones: g *= s, b -= mean·s, V
 * unchanged.
 */
final class DataDependentInit {
  private static final double EPSILON = 1e-8;

  private DataDependentInit() {}

  /**
   * Adds the bias to a layer's output, after setting its parameters if the pass initialises.
   *
   * @param output the layer's output without bias, [..,O]
   * @return the output with the bias, and with the new parameters if they changed
   */
  static NDArray finish(NDArray output, LayerParameters layer, Pass pass) {
    return pass.mode() == Pass.Mode.INITIALISE
        ? initialise(output, layer, pass)
        : output.add(pass.value(layer.bias()));
  }

  private static NDArray initialise(NDArray output, LayerParameters layer, Pass pass) {
    long channels = output.getShape().get(output.getShape().dimension() - 1);
    NDArray rows = output.reshape(-1, channels);
    NDArray mean = rows.mean(new int[] {0});
    NDArray centred = rows.sub(mean);
    NDArray variance = centred.mul(centred).mean(new int[] {0});
    NDArray factor = variance.add(EPSILON).sqrt().pow(-1).mul(layer.scale());
    NDArray bias = mean.mul(factor).neg();
    Parameter gain = layer.gain();
    if (gain == null) {
      NDArray scaled = pass.value(layer.weight()).mul(layer.alongOutput(factor));
      // else it would belong to the weights' manager, and stay
      scaled.attach(pass.manager());
      pass.assign(layer.weight(), scaled);
    } else {
      pass.assign(gain, pass.value(gain).mul(factor));
      // the mean of the full output is that of the output without bias, plus the bias
      NDArray before = pass.value(layer.bias());
      bias = bias.add(before.sub(before.mul(factor)));
    }
    pass.assign(layer.bias(), bias);
    return output.mul(factor).add(bias);
  }
}
