package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;

/** The two nonlinearities of Flow++ networks, on the last axis. */
final class Activations {
  private Activations() {}

  /** elu of [x, -x]: [..,F] to [..,2F]. */
  static NDArray concatElu(NDArray x) {
    return Activation.elu(x.concat(x.neg(), x.getShape().dimension() - 1), 1f);
  }

  /** a·sigmoid(b) of [a, b]: [..,2F] to [..,F]. */
  static NDArray gate(NDArray x) {
    NDList halves = x.split(2, x.getShape().dimension() - 1);
    return halves.get(0).mul(Activation.sigmoid(halves.get(1)));
  }
}
