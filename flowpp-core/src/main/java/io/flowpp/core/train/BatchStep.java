package io.flowpp.core.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.nn.Weights;
import java.util.List;
import java.util.Objects;

/**
 * One step: each replica differentiates its share of the batch, and Adam moves the weights by the
 * sum. Everything or nothing: a loss or gradient that is not finite leaves all as it was.
 */
final class BatchStep {
  private final NDManager manager;
  private final Kernels kernels;
  private final DataParallel parallel;
  private final Weights weights;
  private final Adam adam;

  BatchStep(NDManager manager, Kernels kernels, DataParallel parallel, Weights weights, Adam adam) {
    this.manager = manager;
    this.kernels = kernels;
    this.parallel = parallel;
    this.weights = weights;
    this.adam = adam;
  }

  /**
   * @param indices of the batch's images
   * @param health before the step
   */
  Attempt attempt(int step, int[] indices, Health health) {
    long begin = System.nanoTime();
    List<DataParallel.Part> parts = parallel.gradients(step, indices);
    try (NDManager scratch = manager.newSubManager()) {
      List<Replica.Share> shares =
          parts.stream().map(DataParallel.Part::share).filter(Objects::nonNull).toList();
      List<NDArray> gradients =
          shares.stream().map(Replica.Share::gradient).filter(Objects::nonNull).toList();
      gradients.forEach(gradient -> gradient.attach(scratch));
      for (DataParallel.Part part : parts) {
        if (part.fault() != null) {
          return new Attempt.Failed(String.valueOf(part.fault().getMessage()));
        }
      }
      double bits = shares.stream().mapToDouble(Replica.Share::loss).sum();
      if (!Double.isFinite(bits)) {
        return new Attempt.Failed("the loss is " + bits + " bits/dim");
      }
      double rate = adam.learningRate(step, health.rateFactor());
      double norm = adam.move(rate, health.updates() + 1, gradients, scratch);
      if (!Double.isFinite(norm)) {
        return new Attempt.Failed(GradientFault.describe(weights.parameters(), gradients, kernels));
      }
      parallel.spread();
      double seconds = (System.nanoTime() - begin) / 1e9;
      return new Attempt.Moved(
          new TrainingListener.Step(step, bits, norm, rate, indices.length / seconds));
    }
  }
}
