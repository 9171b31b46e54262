package io.flowpp.core.flow;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.nn.Parameter;
import io.flowpp.core.nn.Pass;
import java.util.List;

/** The way back through a layer that is one kernel. */
final class WayBack {
  private WayBack() {}

  /**
   * Reads the gradients by the result's values and by its log-determinant, what went in, {@code
   * numbers}, and, where there are parameters, their values and where their gradients are added.
   */
  static Flow.Traced by(
      String kernel,
      Flow.Transformed result,
      NDList x,
      List<Parameter> parameters,
      Pass pass,
      NDArray... numbers) {
    return new Flow.Traced(
        result,
        (d, logDet) -> {
          Kernels.Call call = pass.kernels().call(kernel);
          d.forEach(call::with);
          call.with(logDet);
          x.forEach(call::with);
          for (NDArray number : numbers) {
            call.with(number);
          }
          if (!parameters.isEmpty()) {
            call.with(pass.weights().get(parameters)).with(pass.gradients(parameters));
          }
          NDList pulled = call.run();
          pass.settle();
          return new Flow.Pulled(pulled, null);
        });
  }
}
