package io.flowpp.core.spec;

/**
 * One training: its budget in steps and its rules.
 *
 * @param initBatch images of the data-dependent initialisation
 * @param ema decay of the moving average of the weights
 * @param clip bound on the global norm of the gradient
 * @param validateEvery steps between two validations on the EMA weights; 0 for none
 * @param validationImages images of each validation, from the front of the validation split
 * @param checkpointEvery steps between two checkpoints; 0 for the end only
 * @param emaWarmup whether the decay of update t is at most (1+t)/(10+t), so that the average
 *     forgets the start sooner
 * @param patience validations in a row without a new best after which the training ends; 0 for none
 * @param overfitBatches the training reads its first batches only, over and over; 0 for all images
 */
public record TrainingSpec(
    int steps,
    int batch,
    int initBatch,
    OptimizerSpec optimizer,
    ScheduleSpec schedule,
    double ema,
    double clip,
    int validateEvery,
    int validationImages,
    int checkpointEvery,
    boolean emaWarmup,
    int patience,
    int overfitBatches,
    Outcome outcome,
    ComputeSpec compute,
    StabilitySpec stability,
    KeepSpec keep) {

  /** Which EMA weights a training hands on. */
  public enum Outcome {
    /** Those of its last step. */
    LAST,
    /** Those of its best validation. */
    BEST
  }

  /** A training with the usual rules. */
  public TrainingSpec(
      int steps,
      int batch,
      int initBatch,
      OptimizerSpec optimizer,
      ScheduleSpec schedule,
      double ema,
      double clip,
      int validateEvery,
      int validationImages,
      int checkpointEvery) {
    this(
        steps,
        batch,
        initBatch,
        optimizer,
        schedule,
        ema,
        clip,
        validateEvery,
        validationImages,
        checkpointEvery,
        false,
        0,
        0,
        Outcome.LAST,
        ComputeSpec.USUAL,
        StabilitySpec.USUAL,
        KeepSpec.USUAL);
  }

  /**
   * @throws SpecException if a count is negative, or what is asked for needs validations and there
   *     are none
   */
  public TrainingSpec {
    SpecException.requireNotNegative("validations without a new best", patience);
    SpecException.requireNotNegative("batches to overfit", overfitBatches);
    if (validateEvery == 0 && (patience > 0 || outcome == Outcome.BEST)) {
      throw new SpecException("without validations there is no best one");
    }
  }

  public TrainingSpec with(ComputeSpec other) {
    return with(emaWarmup, patience, overfitBatches, outcome, other, stability, keep);
  }

  public TrainingSpec with(StabilitySpec other) {
    return with(emaWarmup, patience, overfitBatches, outcome, compute, other, keep);
  }

  public TrainingSpec with(KeepSpec other) {
    return with(emaWarmup, patience, overfitBatches, outcome, compute, stability, other);
  }

  public TrainingSpec withEmaWarmup(boolean warmup) {
    return with(warmup, patience, overfitBatches, outcome, compute, stability, keep);
  }

  public TrainingSpec withPatience(int validations) {
    return with(emaWarmup, validations, overfitBatches, outcome, compute, stability, keep);
  }

  public TrainingSpec withOverfitBatches(int batches) {
    return with(emaWarmup, patience, batches, outcome, compute, stability, keep);
  }

  public TrainingSpec with(Outcome other) {
    return with(emaWarmup, patience, overfitBatches, other, compute, stability, keep);
  }

  private TrainingSpec with(
      boolean warmup,
      int validations,
      int batches,
      Outcome handedOn,
      ComputeSpec computed,
      StabilitySpec safety,
      KeepSpec kept) {
    return new TrainingSpec(
        steps,
        batch,
        initBatch,
        optimizer,
        schedule,
        ema,
        clip,
        validateEvery,
        validationImages,
        checkpointEvery,
        warmup,
        validations,
        batches,
        handedOn,
        computed,
        safety,
        kept);
  }
}
