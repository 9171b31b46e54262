package io.flowpp.core.dequantize;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.flowpp.core.flow.Flow;
import io.flowpp.core.nn.Pass;
import java.util.Objects;

/** Gaussian noise pushed through a flow: the change of variables that every dequantizer shares. */
final class Pushed {
  private Pushed() {}

  /** u = flow(eps), log q(u) = log N(eps; 0, I) - log|det du/deps|. */
  static Dequantizer.Noise through(Flow flow, Flow.Condition condition, NDArray eps, Pass pass) {
    return noise(eps, flow.forward(new NDList(eps), condition, pass), pass);
  }

  /** The same once the flow was walked. */
  static Dequantizer.Noise noise(NDArray eps, Flow.Transformed t, Pass pass) {
    NDArray logDet = Objects.requireNonNull(t.logDet());
    NDArray logNormal = pass.kernels().call("standard_normal").with(eps).single();
    return new Dequantizer.Noise(t.value().singletonOrThrow(), logNormal.sub(logDet));
  }
}
