package io.flowpp.core.train;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a training left behind.
 *
 * @param step the last step; below the budget where the training was cancelled or its patience was
 *     over
 * @param resumedFrom the step at which this process went on, 0 where it started
 * @param weights the EMA weights (safetensors) that the training hands on, inside the checkpoint
 *     directory
 * @param best those of the best validation; null where none is kept
 * @param weightsSha256 digest of the names, shapes and values of the EMA weights
 * @param curve every training step so far, also those of earlier processes
 * @param validations every validation so far
 * @param skips every step that was skipped so far, also those that a return made undone
 * @param returns every return to a checkpoint so far
 */
public record TrainingResult(
    int step,
    int resumedFrom,
    boolean cancelled,
    Path weights,
    @Nullable Path best,
    String weightsSha256,
    double seconds,
    List<TrainingListener.Step> curve,
    List<TrainingListener.Validation> validations,
    List<TrainingListener.Skip> skips,
    List<TrainingListener.Return> returns) {}
