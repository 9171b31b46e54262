package io.flowpp.core.dequantize;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.random.Randomness;

/** u ~ U[0,1)^D: log q(u|x) = 0. The special case that variational dequantization improves on. */
public final class UniformDequantizer implements Dequantizer {
  @Override
  public Noise draw(NDArray x, Randomness randomness, int copies, Pass pass) {
    Shape s = Shapes.repeated(x.getShape(), copies);
    float[] values = new float[Math.toIntExact(s.size())];
    randomness.uniform(values);
    NDArray u = pass.manager().create(values, s).toType(x.getDataType(), true);
    return new Noise(u, pass.manager().zeros(new Shape(s.get(0)), x.getDataType()));
  }
}
