package io.flowpp.platform.sweep;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a trial's process is to do, in a file.
 *
 * @param experiment the experiment's file
 * @param answer where it leaves what came of it
 * @param trackingKey under which the tracker knows the sweep
 * @param mlflowRunId of the sweep; null where no server knows it yet
 */
record TrialTask(
    String sweep,
    String trial,
    Map<String, String> params,
    String experiment,
    String answer,
    String trackingKey,
    @Nullable String mlflowRunId) {}
