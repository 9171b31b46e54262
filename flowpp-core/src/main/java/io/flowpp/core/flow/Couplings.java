package io.flowpp.core.flow;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.flowpp.core.nn.Traced;

/** What couplings share on the way back. */
final class Couplings {
  private Couplings() {}

  /**
   * Half a goes on as it is and into the network; half b into the transform.
   *
   * @param a gradient by half a of the result
   * @param b gradient by half b of the input
   */
  static Flow.Pulled pull(NDArray a, NDArray b, Traced.Pulled network) {
    return new Flow.Pulled(new NDList(a.add(network.input()), b), network.context());
  }
}
