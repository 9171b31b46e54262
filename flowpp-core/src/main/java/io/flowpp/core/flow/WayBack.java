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

  /** One that may be computed here or by the tensor library. */
  interface Kernel {
    /**
     * The gradients by what went in; adds those by the weights to g.
     *
     * @param d gradients by the result's values
     * @param l by the log-determinant of every image, 0-dim
     * @param w the weights' values
     */
    NDList back(NDList d, NDArray l, NDList x, List<NDArray> w, List<NDArray> g, Kernels kernels);
  }

  /** By such a kernel. */
  static Flow.Traced by(
      Kernel kernel, Flow.Transformed result, NDList x, List<Parameter> parameters, Pass pass) {
    return new Flow.Traced(
        result,
        (d, logDet) -> {
          List<NDArray> w = pass.weights().get(parameters);
          NDList pulled = kernel.back(d, logDet, x, w, pass.gradients(parameters), pass.kernels());
          pass.settle();
          return new Flow.Pulled(pulled, null);
        });
  }

  /**
   * By the script's: reads the gradients by the result's values and by its log-determinant, what
   * went in, and {@code numbers}.
   */
  static Flow.Traced by(
      String kernel, Flow.Transformed result, NDList x, Pass pass, NDArray... numbers) {
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
          NDList pulled = call.run();
          pass.settle();
          return new Flow.Pulled(pulled, null);
        });
  }
}
