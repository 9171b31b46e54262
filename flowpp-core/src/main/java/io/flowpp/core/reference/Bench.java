package io.flowpp.core.reference;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.nn.Parameter;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Weights;
import java.util.List;

/**
 * What it takes to compute a case.
 *
 * @param mode the fast kernels or their plain twins
 */
record Bench(NDManager manager, Kernels kernels, Pass.Mode mode) {
  Weights weights(List<Parameter> parameters, DataType type) {
    return Weights.zeros(manager, kernels, parameters, type);
  }

  Pass pass(Weights weights) {
    return pass(weights, mode);
  }

  Pass pass(Weights weights, Pass.Mode how) {
    return new Pass(manager, kernels, weights, how, 0);
  }
}
