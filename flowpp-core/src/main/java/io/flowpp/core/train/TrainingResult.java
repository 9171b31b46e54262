package io.flowpp.core.train;

import java.nio.file.Path;
import java.util.List;

/**
 * What a training left behind.
 *
 * @param step the last finished step; below the budget where the training was cancelled
 * @param resumedFrom the step at which this process went on, 0 where it started
 * @param weights the EMA weights (safetensors), inside the checkpoint directory
 * @param weightsSha256 digest of the names, shapes and values of the EMA weights
 * @param curve every training step so far, also those of earlier processes
 * @param validations every validation so far
 */
public record TrainingResult(
    int step,
    int resumedFrom,
    boolean cancelled,
    Path weights,
    String weightsSha256,
    double seconds,
    List<TrainingListener.Step> curve,
    List<TrainingListener.Validation> validations) {}
