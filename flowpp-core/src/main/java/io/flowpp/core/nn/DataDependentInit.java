package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;

/**
 * Data-dependent initialisation of a linear layer (Salimans and Kingma 2016): statistics of the
 * output without bias, per output channel over batch and space; s = scale / sqrt(var + 1e-8), W *=
 * s, b = -mean·s.
 */
final class DataDependentInit {
  private static final double EPSILON = 1e-8;

  private DataDependentInit() {}

  /**
   * @param output the layer's output without bias, [..,O]
   * @param weight [O,...]
   * @return the output with the new weight and bias
   */
  static NDArray apply(NDArray output, Parameter weight, Parameter bias, double scale, Pass pass) {
    long channels = output.getShape().get(output.getShape().dimension() - 1);
    NDArray rows = output.reshape(-1, channels);
    NDArray mean = rows.mean(new int[] {0});
    NDArray centred = rows.sub(mean);
    NDArray variance = centred.mul(centred).mean(new int[] {0});
    NDArray factor = variance.add(EPSILON).sqrt().pow(-1).mul(scale);
    long[] dims = new long[weight.shape().dimension()];
    java.util.Arrays.fill(dims, 1);
    dims[0] = channels;
    NDArray w = pass.value(weight);
    pass.weights().assign(weight, w.mul(factor.reshape(dims)), pass.kernels());
    NDArray b = mean.mul(factor).neg();
    pass.weights().assign(bias, b, pass.kernels());
    return output.mul(factor).add(b);
  }
}
