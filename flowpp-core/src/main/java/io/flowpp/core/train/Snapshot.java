package io.flowpp.core.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.nn.Weights;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Copies of a training's tensors, so that the next step can move them while these are written. They
 * take four times the memory of the weights.
 *
 * @param state flat vectors by the name that they have in the file
 */
record Snapshot(NDManager manager, Map<String, NDArray> state, Weights average)
    implements AutoCloseable {

  static Snapshot of(
      NDManager parent, Kernels kernels, Weights weights, Weights average, Adam adam) {
    NDManager manager = parent.newSubManager();
    Weights averageCopy = Weights.copyOf(average, manager, kernels);
    Map<String, NDArray> state = new LinkedHashMap<>();
    state.put(Checkpoint.WEIGHTS_TENSOR, copy(weights.flat(), manager));
    state.put(Checkpoint.AVERAGE_TENSOR, averageCopy.flat());
    state.put(Checkpoint.FIRST_TENSOR, copy(adam.firstMoment(), manager));
    state.put(Checkpoint.SECOND_TENSOR, copy(adam.secondMoment(), manager));
    return new Snapshot(manager, state, averageCopy);
  }

  private static NDArray copy(NDArray tensor, NDManager manager) {
    NDArray copy = tensor.duplicate();
    copy.attach(manager);
    return copy;
  }

  @Override
  public void close() {
    manager.close();
  }
}
