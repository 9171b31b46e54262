package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;

/** A part of a network that is kept or computed again as a whole when it is differentiated. */
interface Piece {
  /**
   * The result, [B,H,W,O], and what the way back reads, all owned by the manager of {@code h}.
   *
   * @param h [B,H,W,I]
   */
  Kept keep(NDArray h);

  /**
   * Adds the gradients by the weights to the pass's.
   *
   * @param d gradient of the loss by the result
   * @return that by the piece's input, and, if it reads a context, that by the context
   */
  NDList back(NDArray d, Kept kept);

  /**
   * @param lists what each kernel of the piece wants back, in their order
   */
  record Kept(NDArray value, List<List<NDArray>> lists) {}
}
