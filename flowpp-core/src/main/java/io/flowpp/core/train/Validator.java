package io.flowpp.core.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flowpp.core.device.Workers;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.random.Randomness;
import io.flowpp.core.random.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Measures the averaged weights on the first images of the validation split, with the same noise
 * each time.
 */
final class Validator {
  private static final int BATCH = 25;

  private final TrainingRequest request;
  private final FlowPlusPlus model;
  private final Objective objective;
  private final NDManager manager;
  private final Kernels kernels;
  private final Workers workers;
  private final Weights average;

  Validator(
      TrainingRequest request,
      FlowPlusPlus model,
      Objective objective,
      NDManager manager,
      Kernels kernels,
      Workers workers,
      Weights average) {
    this.request = request;
    this.model = model;
    this.objective = objective;
    this.manager = manager;
    this.kernels = kernels;
    this.workers = workers;
    this.average = average;
  }

  /**
   * @throws ArithmeticException if a layer gives no numbers
   * @throws io.flowpp.core.flow.DomainException if values leave a layer's domain
   */
  TrainingListener.Validation validate(int step) {
    int count = Math.min(request.training().validationImages(), request.validation().size());
    List<Callable<double[]>> parts = new ArrayList<>();
    for (int from = 0; from < count; from += BATCH) {
      int begin = from;
      int end = Math.min(count, from + BATCH);
      parts.add(() -> sums(begin, end));
    }
    double loss = 0;
    double noise = 0;
    for (double[] sums : workers.run(parts)) {
      loss += sums[0];
      noise += sums[1];
    }
    double nats = count * Math.log(2) * model.spec().shape().dimensions();
    return new TrainingListener.Validation(step, loss / nats, -noise / nats);
  }

  /** Sums over images of the loss and of log q(u|x), in nats. */
  private double[] sums(int from, int to) {
    try (Gradients off = Gradients.off();
        NDManager scratch = manager.newSubManager()) {
      NDArray x = Batches.of(request.validation(), Batches.range(from, to), scratch);
      Pass pass = new Pass(scratch, kernels, average, Pass.Mode.EVALUATE, 0);
      Randomness noise = Randomness.ofBatch(Seeds.derive(request.seed(), "validation", from));
      FlowPlusPlus.Bound bound = model.bound(x, noise, 1, pass);
      return new double[] {
        objective.loss(bound).sum().getFloat(), bound.logNoise().sum().getFloat()
      };
    }
  }
}
