package io.flowpp.core.train;

import ai.djl.ndarray.NDManager;
import io.flowpp.core.device.ComputeDevice;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.nn.Weights;

/** Weights on a device, and what computes with them there. */
record Placed(NDManager manager, Kernels kernels, Weights weights) implements AutoCloseable {

  /** A copy of {@code weights} on {@code device}. */
  static Placed copy(String device, Weights weights) {
    NDManager manager = ComputeDevice.open(device);
    Kernels kernels = Kernels.load(manager);
    return new Placed(manager, kernels, Weights.copyOf(weights, manager, kernels));
  }

  @Override
  public void close() {
    weights.close();
    kernels.close();
    manager.close();
  }
}
