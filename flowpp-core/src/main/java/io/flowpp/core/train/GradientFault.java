package io.flowpp.core.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.nn.NonFiniteException;
import io.flowpp.core.nn.Parameter;
import java.util.List;

/** Says what can be known of a gradient that is not finite although the loss is. */
final class GradientFault {
  private GradientFault() {}

  /**
   * The backward pass runs from the model's end to its beginning and spreads what is not finite
   * towards the beginning; so the affected parameter that is last in the model's order is nearest
   * to where it arose.
   *
   * @param gradients parts of the gradient, each a flat vector
   */
  static String describe(List<Parameter> parameters, List<NDArray> gradients, Kernels kernels) {
    int affected = 0;
    String nearest = "none";
    long begin = 0;
    for (Parameter p : parameters) {
      long end = begin + p.shape().size();
      if (!isFinite(gradients, begin, end, kernels)) {
        affected++;
        nearest = p.name();
      }
      begin = end;
    }
    if (affected == 0) {
      return "the gradient: its norm overflows, though its values are finite";
    }
    return "the gradient: the loss is finite, but the backward pass gave infinities or NaN to "
        + affected
        + " of "
        + parameters.size()
        + " parameters; nearest to the loss is "
        + nearest;
  }

  private static boolean isFinite(List<NDArray> gradients, long begin, long end, Kernels kernels) {
    for (NDArray gradient : gradients) {
      try (NDArray part = gradient.get(new NDIndex(begin + ":" + end))) {
        if (!NonFiniteException.isFinite(part, kernels)) {
          return false;
        }
      }
    }
    return true;
  }
}
