package io.flowpp.core.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.spec.TrainingSpec;
import java.util.List;

/**
 * Adam (Kingma and Ba 2015, the "epsilon hat" form) with clipping by the global norm and an
 * exponential moving average of the weights, all on flat vectors.
 */
final class Adam implements AutoCloseable {
  private final TrainingSpec training;
  private final Kernels kernels;
  private final NDManager manager;
  private final Weights weights;
  private final Weights average;
  private final NDArray first;
  private final NDArray second;

  Adam(TrainingSpec training, Kernels kernels, NDManager parent, Weights weights, Weights average) {
    this.training = training;
    this.kernels = kernels;
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
   * @param gradients parts of the gradient, each a flat vector; their sum counts
   * @return the gradient's global norm before clipping; nothing moves if it is not finite
   */
  double move(double learningRate, int update, List<NDArray> gradients, NDManager scratch) {
    double b1 = training.optimizer().beta1();
    double b2 = training.optimizer().beta2();
    double rate = learningRate * Math.sqrt(1 - Math.pow(b2, update)) / (1 - Math.pow(b1, update));
    NDArray rules =
        scratch.create(
            new double[] {
              rate, b1, b2, training.optimizer().epsilon(), training.clip(), decay(training, update)
            });
    return kernels
        .call("adam")
        .with(rules)
        .with(weights.flat())
        .with(first)
        .with(second)
        .with(average.flat())
        .with(gradients)
        .single()
        .getDouble();
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
