package io.flowpp.core.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.random.Randomness;
import io.flowpp.core.random.Seeds;
import io.flowpp.core.spec.ComputeSpec;
import io.flowpp.core.spec.Memory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One worker's view of a training: its device's weights with gradients of its own, and the share of
 * a batch that it differentiates.
 */
final class Replica implements AutoCloseable {
  private final TrainingRequest request;
  private final FlowPlusPlus model;
  private final Objective objective;
  private final Memory memory;
  private final NDManager manager;
  private final Kernels kernels;
  private final Weights weights;
  private final Gathering gathering;
  private final BatchReader reader;

  Replica(
      TrainingRequest request,
      FlowPlusPlus model,
      Objective objective,
      Memory memory,
      NDManager manager,
      Kernels kernels,
      Weights shared,
      Gathering gathering,
      BatchReader reader) {
    this.request = request;
    this.model = model;
    this.objective = objective;
    this.memory = memory;
    this.manager = manager;
    this.kernels = kernels;
    this.reader = reader;
    weights = Weights.sharing(shared, manager, kernels);
    this.gathering = gathering;
  }

  /**
   * A share of a batch's loss, in bits/dim, and of its gradient, a flat vector that lives until the
   * replica's next share; shares of all replicas add up to the batch's.
   *
   * @param gradient null where another replica's holds this share too
   */
  record Share(double loss, @Nullable NDArray gradient) {}

  /**
   * Differentiates the loss of the images at {@code indices[from..to)}, micro-batch by micro-batch;
   * noise and masks are those that the images have in the whole batch.
   */
  Share gradient(int step, int[] indices, int from, int to) {
    gathering.begin();
    int micro = request.training().compute().microBatch();
    double loss = 0;
    for (int begin = from; begin < to; ) {
      int end = micro == 0 ? to : Math.min(to, begin + micro);
      loss += accumulate(step, indices, begin, end);
      begin = end;
    }
    return new Share(loss, gathering.end());
  }

  private double accumulate(int step, int[] indices, int from, int to) {
    ComputeSpec compute = request.training().compute();
    try (Gradients off = Gradients.off();
        NDManager scratch = manager.newSubManager()) {
      NDArray x = reader.read(request.train(), Arrays.copyOfRange(indices, from, to), scratch);
      long dropout = Seeds.derive(request.seed(), "dropout", step);
      Pass pass =
          new Pass(scratch, kernels, weights, Pass.Mode.TRAIN, dropout, from)
              .in(compute.precision())
              .recording(new Pass.Recording(gathering, memory == Memory.LEAN));
      double perNat = 1 / (indices.length * Math.log(2) * model.spec().shape().dimensions());
      FlowPlusPlus.Bound bound =
          model.differentiate(
              x,
              Randomness.ofImages(noise(step, from, to)),
              objective.joint() * perNat,
              perNat,
              pass);
      return objective.loss(bound).sum().getFloat() * perNat;
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
    gathering.close();
    weights.close();
  }
}
