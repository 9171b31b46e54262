package io.flowpp.platform.sweep;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A sweep as the ledger has it.
 *
 * @param spec with the trials that it has now
 * @param instance tells it from an earlier one of the same name that was removed
 * @param file as it was named when the sweep was made
 * @param home where its workspace was then, as {@code host:path}
 * @param stopping whether a person asked its workers to pause
 * @param began when its first trial was begun
 * @param mlflowRunId of the run that its trials stand under, once known
 */
public record SweepState(
    SweepSpec spec,
    String instance,
    String file,
    String home,
    boolean stopping,
    @Nullable Instant began,
    @Nullable String mlflowRunId) {}
