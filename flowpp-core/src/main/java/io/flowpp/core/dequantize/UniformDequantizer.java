package io.flowpp.core.dequantize;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.flow.Flow;
import io.flowpp.core.flow.NormalCdf;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.random.Randomness;

/**
 * u ~ U[0,1)^D: log q(u|x) = 0. The special case that variational dequantization improves on: its
 * flow is u = Φ(eps), elementwise and whatever the image.
 */
public final class UniformDequantizer implements Dequantizer {
  /** Uniform numbers as they are: in float32 Φ of a wide eps would round to 1, outside [0,1). */
  @Override
  public Noise draw(NDArray x, Randomness randomness, int copies, Pass pass) {
    Shape s = Shapes.repeated(x.getShape(), copies);
    float[] values = new float[Math.toIntExact(s.size())];
    randomness.uniform(values);
    NDArray u = pass.manager().create(values, s).toType(x.getDataType(), true);
    return new Noise(u, pass.manager().zeros(new Shape(s.get(0)), x.getDataType()));
  }

  /** No weight is read. */
  @Override
  public Drawn trace(NDArray x, Randomness randomness, Pass pass) {
    return new Drawn(draw(x, randomness, 1, pass), (du, l) -> {});
  }

  /** As {@link VariationalDequantizer#push}: log q is computed, not set to 0. */
  @Override
  public Noise push(NDArray x, NDArray eps, int copies, Pass pass) {
    return Pushed.through(NormalCdf.INSTANCE, Flow.Condition.NONE, eps, pass);
  }

  @Override
  public NDArray logDensity(NDArray x, NDArray u, int copies, Pass pass) {
    return pass.manager().zeros(new Shape(u.getShape().get(0)), u.getDataType());
  }
}
