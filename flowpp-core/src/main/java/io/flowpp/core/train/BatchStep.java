package io.flowpp.core.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flowpp.core.device.Workers;
import io.flowpp.core.flow.DomainException;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.nn.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * One step: each replica differentiates its share of the batch, and Adam moves the weights by the
 * sum. Everything or nothing: a loss or gradient that is not finite leaves all as it was.
 */
final class BatchStep {
  private final NDManager manager;
  private final Kernels kernels;
  private final Workers workers;
  private final List<Replica> replicas;
  private final Weights weights;
  private final Adam adam;

  BatchStep(
      NDManager manager,
      Kernels kernels,
      Workers workers,
      List<Replica> replicas,
      Weights weights,
      Adam adam) {
    this.manager = manager;
    this.kernels = kernels;
    this.workers = workers;
    this.replicas = replicas;
    this.weights = weights;
    this.adam = adam;
  }

  /** What a replica made of its share: one of the two. */
  private record Part(Replica.@Nullable Share share, @Nullable RuntimeException fault) {}

  /**
   * @param indices of the batch's images
   * @param health before the step
   */
  Attempt attempt(int step, int[] indices, Health health) {
    long begin = System.nanoTime();
    List<Callable<Part>> tasks = new ArrayList<>();
    for (int i = 0; i < replicas.size(); i++) {
      Replica replica = replicas.get(i);
      int from = (int) ((long) i * indices.length / replicas.size());
      int to = (int) ((i + 1L) * indices.length / replicas.size());
      tasks.add(() -> part(replica, step, indices, from, to));
    }
    List<Part> parts = workers.run(tasks);
    try (NDManager scratch = manager.newSubManager()) {
      List<Replica.Share> shares =
          parts.stream().map(Part::share).filter(Objects::nonNull).toList();
      shares.forEach(share -> share.gradient().attach(scratch));
      for (Part part : parts) {
        if (part.fault() != null) {
          return new Attempt.Failed(String.valueOf(part.fault().getMessage()));
        }
      }
      double bits = shares.stream().mapToDouble(Replica.Share::loss).sum();
      if (!Double.isFinite(bits)) {
        return new Attempt.Failed("the loss is " + bits + " bits/dim");
      }
      List<NDArray> gradients = shares.stream().map(Replica.Share::gradient).toList();
      double rate = adam.learningRate(step, health.rateFactor());
      double norm = adam.move(rate, health.updates() + 1, gradients, scratch);
      if (!Double.isFinite(norm)) {
        return new Attempt.Failed(GradientFault.describe(weights.parameters(), gradients, kernels));
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      return new Attempt.Moved(
          new TrainingListener.Step(step, bits, norm, rate, indices.length / seconds));
    }
  }

  /** A layer that gives no numbers is no fault of the program: the others go on to their end. */
  private Part part(Replica replica, int step, int[] indices, int from, int to) {
    try {
      return new Part(replica.gradient(step, indices, from, to), null);
    } catch (ArithmeticException | DomainException e) {
      return new Part(null, e);
    }
  }
}
