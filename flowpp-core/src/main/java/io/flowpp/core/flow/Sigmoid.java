package io.flowpp.core.flow;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import io.flowpp.core.nn.Pass;

/**
 * The end of a dequantizer: u = sigmoid(e) in (0,1). log|det J| = Σ [log sigmoid(e) + log
 * sigmoid(-e)].
 */
public enum Sigmoid implements Flow {
  INSTANCE;

  @Override
  public String label() {
    return "sigmoid";
  }

  @Override
  public Transformed forward(NDList x, Condition condition, Pass pass) {
    NDList y = pass.kernels().call("sigmoid").with(x.singletonOrThrow()).run();
    return new Transformed(new NDList(y.get(0)), y.get(1));
  }

  @Override
  public Traced trace(NDList x, Condition condition, Pass pass) {
    return WayBack.by("sigmoid_back", forward(x, condition, pass), x, pass);
  }

  /**
   * @throws DomainException if a value is not inside (0,1) and the walk is checked
   */
  @Override
  public NDList inverse(NDList y, Condition condition, Pass pass) {
    if (pass.checked()) {
      for (double u : y.singletonOrThrow().toType(DataType.FLOAT64, true).toDoubleArray()) {
        if (!(u > 0 && u < 1)) {
          throw new DomainException("inverse of " + label(), u, "(0, 1)");
        }
      }
    }
    return new NDList(pass.kernels().call("sigmoid_inverse").with(y.singletonOrThrow()).single());
  }
}
