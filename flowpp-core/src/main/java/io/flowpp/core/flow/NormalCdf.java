package io.flowpp.core.flow;

import ai.djl.ndarray.NDList;
import io.flowpp.core.nn.Pass;

/**
 * u = Φ(e), the distribution function of N(0,1) on each element: noise becomes uniform. log|det J|
 * = Σ log N(e; 0,1).
 *
 * <p>The left tail is exact down to the smallest numbers of the type; near 1 a u holds only the
 * digits that lie there, and is 1 from e = 8.3 on in float64, 5.4 in float32.
 */
public enum NormalCdf implements Flow {
  INSTANCE;

  @Override
  public String label() {
    return "normal distribution function";
  }

  @Override
  public Transformed forward(NDList x, Condition condition, Pass pass) {
    NDList y = pass.kernels().call("normal_cdf").with(x.singletonOrThrow()).run();
    return new Transformed(new NDList(y.get(0)), y.get(1));
  }

  @Override
  public Traced trace(NDList x, Condition condition, Pass pass) {
    return WayBack.by("normal_cdf_back", forward(x, condition, pass), x, pass);
  }

  @Override
  public NDList inverse(NDList y, Condition condition, Pass pass) {
    return new NDList(
        pass.kernels().call("normal_cdf_inverse").with(y.singletonOrThrow()).single());
  }
}
