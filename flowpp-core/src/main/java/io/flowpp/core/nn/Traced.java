package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/** A network's result and the way back through it. */
public interface Traced {
  /**
   * The result, [B,H,W,O]; computed again, the same bit for bit, where it was not kept since {@link
   * #rest}.
   */
  NDArray value();

  /** Says that nobody reads the value before the way back: where memory is short it goes. */
  void rest();

  /**
   * Adds the gradients by the weights to the pass's. Can be gone once.
   *
   * @param d gradient of the loss by the value, [B,H,W,O]
   */
  Pulled pull(NDArray d);

  /**
   * Gradients of the loss by what a network read.
   *
   * @param input [B,H,W,I]
   * @param context by concat_elu of the context [B,H,W,2C]; null in a network that reads none
   */
  record Pulled(NDArray input, @Nullable NDArray context) {}
}
