package io.flowpp.core.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flowpp.core.device.Workers;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.spec.TrainingSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Adam (Kingma and Ba 2015, the "epsilon hat" form) with clipping by the global norm and an
 * exponential moving average of the weights, all on flat vectors.
 */
final class Adam implements AutoCloseable {
  /** Values that a kernel works on at a time. */
  private static final long STRETCH = 1 << 18;

  private final TrainingSpec training;
  private final Kernels kernels;
  private final Workers workers;
  private final NDManager manager;
  private final Weights weights;
  private final Weights average;
  private final NDArray first;
  private final NDArray second;

  Adam(
      TrainingSpec training,
      Kernels kernels,
      Workers workers,
      NDManager parent,
      Weights weights,
      Weights average) {
    this.training = training;
    this.kernels = kernels;
    this.workers = workers;
    this.manager = parent.newSubManager();
    this.weights = weights;
    this.average = average;
    first = manager.zeros(weights.flat().getShape(), weights.flat().getDataType());
    second = manager.zeros(weights.flat().getShape(), weights.flat().getDataType());
  }

  NDArray firstMoment() {
    return first;
  }

  NDArray secondMoment() {
    return second;
  }

  /**
   * The learning rate of {@code step}, counted from 1, before Adam's bias correction.
   *
   * @param factor what returns to a checkpoint have made of it
   */
  double learningRate(int step, double factor) {
    return training.optimizer().learningRate()
        * LearningRate.factor(training.schedule(), step)
        * factor;
  }

  /** The average's decay in update {@code update}, counted from 1. */
  static double decay(TrainingSpec training, int update) {
    return training.emaWarmup()
        ? Math.min(training.ema(), (1. + update) / (10. + update))
        : training.ema();
  }

  /**
   * Moves the weights.
   *
   * @param learningRate before the bias correction
   * @param update counts the moves, this one included; a skipped step is none
   * @param gradients parts of the gradient, each a flat vector; their sum counts, and overwrites
   *     the first
   * @return the gradient's global norm before clipping; nothing moves if it is not finite
   */
  double move(double learningRate, int update, List<NDArray> gradients, NDManager scratch) {
    double b1 = training.optimizer().beta1();
    double b2 = training.optimizer().beta2();
    double rate = learningRate * Math.sqrt(1 - Math.pow(b2, update)) / (1 - Math.pow(b1, update));
    double norm = norm(gradients, scratch);
    if (!Double.isFinite(norm)) {
      return norm;
    }
    double decay = decay(training, update);
    NDManager host = scratch.newSubManager(Device.cpu());
    List<Callable<Boolean>> parts = new ArrayList<>();
    for (long[] ends : stretches()) {
      double[] rules = {
        rate,
        b1,
        b2,
        training.optimizer().epsilon(),
        Math.min(1, training.clip() / norm),
        decay,
        1 - decay,
        ends[0],
        ends[1]
      };
      NDArray numbers = host.create(rules);
      parts.add(
          () ->
              kernels
                  .call("adam")
                  .with(numbers)
                  .with(weights.flat())
                  .with(first)
                  .with(second)
                  .with(average.flat())
                  .with(gradients.get(0))
                  .run()
                  .isEmpty());
    }
    workers.run(parts);
    return norm;
  }

  /** The norm of the sum of {@code gradients}, which the first of them becomes. */
  private double norm(List<NDArray> gradients, NDManager scratch) {
    NDManager host = scratch.newSubManager(Device.cpu());
    List<Callable<double[]>> parts = new ArrayList<>();
    for (long[] ends : stretches()) {
      NDArray numbers = host.create(new double[] {ends[0], ends[1]});
      parts.add(
          () ->
              kernels.call("add_gradients").with(numbers).with(gradients).single().toDoubleArray());
    }
    // in the vector's order, whatever number of threads did it
    double squares = 0;
    for (double[] part : workers.run(parts)) {
      for (double square : part) {
        squares += square;
      }
    }
    return Math.sqrt(squares);
  }

  /** The flat vector cut for the threads, [from, to) each, at multiples of {@link #STRETCH}. */
  private List<long[]> stretches() {
    long size = weights.flat().getShape().size();
    long pieces = (size + STRETCH - 1) / STRETCH;
    int threads = (int) Math.min(workers.size(), pieces);
    List<long[]> stretches = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      long from = i * pieces / threads * STRETCH;
      long to = Math.min(size, (i + 1) * pieces / threads * STRETCH);
      stretches.add(new long[] {from, to});
    }
    return stretches;
  }

  /** Forgets the moments. */
  void reset() {
    try (NDManager scratch = manager.newSubManager()) {
      NDArray zeros = scratch.zeros(first.getShape(), first.getDataType());
      kernels.call("copy").with(zeros).with(first).run().attach(scratch);
      kernels.call("copy").with(zeros).with(second).run().attach(scratch);
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
