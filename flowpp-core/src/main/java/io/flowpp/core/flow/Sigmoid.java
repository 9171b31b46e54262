package io.flowpp.core.flow;

import ai.djl.ndarray.NDList;
import io.flowpp.core.nn.Pass;

/**
 * The end of a dequantizer: u = sigmoid(e) in (0,1). log|det J| = Σ [log sigmoid(e) + log
 * sigmoid(-e)].
 */
public enum Sigmoid implements Flow {
  INSTANCE;

  @Override
  public Transformed forward(NDList x, Condition condition, Pass pass) {
    NDList y = pass.kernels().call("sigmoid").with(x.singletonOrThrow()).run();
    return new Transformed(new NDList(y.get(0)), y.get(1));
  }

  @Override
  public NDList inverse(NDList y, Condition condition, Pass pass) {
    return new NDList(pass.kernels().call("sigmoid_inverse").with(y.singletonOrThrow()).single());
  }
}
