package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/** Takes in the gradients by the weights while a way back finds them, part by part. */
public interface GradientSink {
  /** Where the way back adds the gradient by {@code parameter}; zeros before it does. */
  NDArray of(Parameter parameter);

  /**
   * Says that the way back has found all of what it asked for until now.
   *
   * @param unfinished a parameter to which parts still to come will add; null if there is none
   */
  void settle(@Nullable Parameter unfinished);

  /** Adds to {@code sums} in place. */
  static GradientSink into(Weights sums) {
    return new GradientSink() {
      @Override
      public NDArray of(Parameter parameter) {
        return sums.get(parameter);
      }

      @Override
      public void settle(@Nullable Parameter unfinished) {
        // nothing waits: what was added is where it belongs
      }
    };
  }
}
