package io.flowpp.core.train;

import java.nio.file.Path;

/** Hears what a training does, on the training thread: an implementation must return at once. */
public interface TrainingListener {
  /**
   * One finished step.
   *
   * @param step counted from 1
   * @param bitsPerDim the batch's one-sample bound
   * @param gradientNorm global norm before clipping
   */
  record Step(
      int step,
      double bitsPerDim,
      double gradientNorm,
      double learningRate,
      double imagesPerSecond) {}

  /**
   * One validation on the EMA weights.
   *
   * @param bitsPerDim one-sample bound on the validation images
   * @param dequantizerEntropy E[-log q(u|x)] in bits per dimension; 0 for uniform noise
   */
  record Validation(int step, double bitsPerDim, double dequantizerEntropy) {}

  /**
   * Called once, before the first step of this process: {@code step} is 0, or where a checkpoint is
   * resumed.
   */
  void started(int step, int steps);

  void step(Step step);

  void validated(Validation validation);

  /**
   * A checkpoint was published at {@code directory}: everything up to {@code step} will not be
   * computed again.
   */
  void checkpointed(int step, Path directory);
}
