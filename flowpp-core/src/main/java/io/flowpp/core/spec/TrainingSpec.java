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
    int checkpointEvery) {}
