package io.flowpp.core.flow;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.flowpp.core.nn.Pass;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An invertible map with a tractable Jacobian determinant. Values are one tensor [B,H,W,C] or the
 * two halves of a split. Layers are immutable and hold no weights: they read them from the pass.
 */
public interface Flow {
  /**
   * @param logDet log|det dy/dx| in nats, [B]; null where it is 0 for every image
   */
  record Transformed(NDList value, @Nullable NDArray logDet) {
    List<NDArray> arrays() {
      List<NDArray> all = new ArrayList<>(value);
      if (logDet != null) {
        all.add(logDet);
      }
      return all;
    }
  }

  /**
   * A forward walk and the way back through it, which can be gone once. What the way back reads is
   * owned by the pass's manager, as the result is.
   */
  record Traced(Transformed result, Pullback pullback) {}

  /** The way back. */
  interface Pullback {
    /**
     * Adds the gradients by the weights to the pass's.
     *
     * @param d gradients of the loss by the values
     * @param logDet gradient of the loss by the log-determinant of every image, 0-dim
     */
    Pulled pull(NDList d, NDArray logDet);
  }

  /**
   * Gradients of the loss by what went in.
   *
   * @param context by {@link Condition#activated}; null in a layer that does not read it
   */
  record Pulled(NDList d, @Nullable NDArray context) {}

  /** What errors call it: the path of its parameters in the model, or what it does. */
  String label();

  /** y = f(x) and log|det dy/dx|. */
  Transformed forward(NDList x, Condition condition, Pass pass);

  /** As {@link #forward} in order to be differentiated, by the pass's recording. */
  Traced trace(NDList x, Condition condition, Pass pass);

  /** x with f(x) = y. */
  NDList inverse(NDList y, Condition condition, Pass pass);

  /**
   * What a conditional flow is conditioned on.
   *
   * @param activated concat_elu of the context [B,H,W,2F], null in an unconditional flow
   */
  record Condition(@Nullable NDArray activated) {
    public static final Condition NONE = new Condition(null);
  }
}
