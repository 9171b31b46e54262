package io.flowpp.core.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.nn.GradientSink;
import io.flowpp.core.nn.Parameter;
import io.flowpp.core.nn.Weights;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a replica's share of a gradient gathers. */
interface Gathering extends GradientSink, AutoCloseable {
  /** Before a share. */
  void begin();

  /**
   * After a share.
   *
   * @return the flat vector that holds it, a handle of the caller's; null where another share of
   *     the batch gives the vector that holds both
   */
  @Nullable NDArray end();

  @Override
  void close();

  /** In a vector of its own, also over several micro-batches. */
  static Gathering own(NDManager manager, Kernels kernels, Weights like) {
    List<Parameter> parameters = like.parameters();
    Weights sums = Weights.zeros(manager, kernels, parameters, like.flat().getDataType());
    GradientSink sink = GradientSink.into(sums);
    return new Gathering() {
      @Override
      public void begin() {
        kernels.call("zero").with(sums.flat()).run().close();
      }

      @Override
      public NDArray of(Parameter parameter) {
        return sink.of(parameter);
      }

      @Override
      public void settle(@Nullable Parameter unfinished) {
        sink.settle(unfinished);
      }

      @Override
      public NDArray end() {
        NDArray gradient = sums.flat().stopGradient();
        gradient.attach(manager);
        return gradient;
      }

      @Override
      public void close() {
        sums.close();
      }
    };
  }
}
