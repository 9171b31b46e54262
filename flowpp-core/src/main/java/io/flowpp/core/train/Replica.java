package io.flowpp.core.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.random.Randomness;
import io.flowpp.core.random.Seeds;
import java.util.Arrays;

/**
 * One worker's view of a training: the shared weights with gradients of its own, and the share of a
 * batch that it differentiates.
 */
final class Replica implements AutoCloseable {
  private final TrainingRequest request;
  private final FlowPlusPlus model;
  private final Objective objective;
  private final NDManager manager;
  private final Kernels kernels;
  private final Weights weights;
  private final BatchReader reader;

  Replica(
      TrainingRequest request,
      FlowPlusPlus model,
      Objective objective,
      NDManager manager,
      Kernels kernels,
      Weights shared,
      BatchReader reader) {
    this.request = request;
    this.model = model;
    this.objective = objective;
    this.manager = manager;
    this.kernels = kernels;
    this.reader = reader;
    weights = Weights.sharing(shared, manager, kernels);
    weights.requireGradients();
  }

  /**
   * A share of a batch's loss, in bits/dim, and of its gradient, a flat vector; shares of all
   * replicas add up to the batch's.
   */
  record Share(double loss, NDArray gradient) {}

  /**
   * Differentiates the loss of the images at {@code indices[from..to)}; noise and masks are those
   * that the images have in the whole batch.
   */
  Share gradient(int step, int[] indices, int from, int to) {
    try (NDManager scratch = manager.newSubManager()) {
      NDArray loss;
      try (Gradients on = Gradients.record()) {
        NDArray x = reader.read(request.train(), Arrays.copyOfRange(indices, from, to), scratch);
        long dropout = Seeds.derive(request.seed(), "dropout", step);
        Pass pass = new Pass(scratch, kernels, weights, Pass.Mode.TRAIN, dropout, from);
        FlowPlusPlus.Bound bound =
            model.bound(x, Randomness.ofImages(noise(step, from, to)), 1, pass);
        double nats = indices.length * Math.log(2) * model.spec().shape().dimensions();
        loss = objective.loss(bound).sum().mul(scratch.full(new Shape(), (float) (1 / nats)));
        Gradients.backward(loss);
      }
      NDArray gradient =
          kernels.call("flatten").with(Gradients.of(weights.views(), scratch)).single();
      gradient.attach(manager);
      Gradients.clear(weights.views());
      return new Share(loss.getFloat(), gradient);
    }
  }

  private long[] noise(int step, int from, int to) {
    long seed = Seeds.derive(request.seed(), "noise", step);
    long[] seeds = new long[to - from];
    for (int i = 0; i < seeds.length; i++) {
      seeds[i] = Seeds.derive(seed, "image", from + i);
    }
    return seeds;
  }

  @Override
  public void close() {
    weights.close();
  }
}
