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
   * A step whose loss or gradient was not finite: nothing moved.
   *
   * @param reason names the layer, or what else is known
   * @param inARow steps skipped one after another, this one among them
   * @param total steps skipped in all
   */
  record Skip(int step, String reason, int inARow, int total) {}

  /**
   * Going back to a good checkpoint, after too many skipped steps in a row.
   *
   * @param from the last of them
   * @param to the step after which the training goes on; 0 where it begins anew
   * @param rateFactor of the learning rate from now on
   * @param total returns in all
   * @param reason why the first of them was skipped
   */
  record Return(int from, int to, double rateFactor, int total, String reason) {}

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

  default void skipped(Skip skip) {}

  default void returned(Return gone) {}

  /** Something that whoever started the training should know. */
  default void noticed(String message) {}
}
