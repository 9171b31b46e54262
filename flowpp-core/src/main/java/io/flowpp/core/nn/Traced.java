package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * A network's result and the way back through it.
 *
 * @param value [B,H,W,O]
 */
public record Traced(NDArray value, Pullback pullback) {
  /** The way back: can be gone once. */
  public interface Pullback {
    /**
     * Adds the gradients by the weights to the pass's.
     *
     * @param d gradient of the loss by the value, [B,H,W,O]
     */
    Pulled pull(NDArray d);
  }

  /**
   * Gradients of the loss by what a network read.
   *
   * @param input [B,H,W,I]
   * @param context by concat_elu of the context [B,H,W,2C]; null in a network that reads none
   */
  public record Pulled(NDArray input, @Nullable NDArray context) {}
}
