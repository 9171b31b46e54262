package io.flowpp.platform.stage;

import org.jspecify.annotations.Nullable;

/**
 * How a unit went; where it is done, its part lies in the stage's scratch directory.
 *
 * @param status RAN, CACHED (an earlier process had done it), CANCELLED or FAILED
 */
public record UnitOutcome(int index, StageStatus status, @Nullable Failure failure) {}
