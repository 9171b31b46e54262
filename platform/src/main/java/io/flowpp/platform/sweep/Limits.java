package io.flowpp.platform.sweep;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How far a sweep may go.
 *
 * @param maxTrials trials at most; null for all that the file asks for
 * @param maxConcurrent trials at once, over all machines
 * @param maxFailures failed trials after which no further one is begun; null for no end
 * @param maxHours after which no further trial is begun, counted from the first claim; null for no
 *     end
 * @param maxAttempts how often a trial is tried before it counts as failed
 * @param hangAfter without a sign of progress a trial is taken for hanging
 */
public record Limits(
    @Nullable Integer maxTrials,
    int maxConcurrent,
    @Nullable Integer maxFailures,
    @Nullable Double maxHours,
    int maxAttempts,
    Duration hangAfter) {}
