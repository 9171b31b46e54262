package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;

/** A linear layer of a network. */
interface Layer {
  LayerParameters parameters();

  /**
   * y = W x + b by plain array operations, after setting the parameters on {@code x} if the pass
   * initialises.
   */
  NDArray apply(NDArray x, Pass pass);
}
