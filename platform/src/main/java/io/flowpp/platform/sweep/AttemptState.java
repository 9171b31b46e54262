package io.flowpp.platform.sweep;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a trial.
 *
 * @param number from 1
 * @param pid of the trial's process on {@code host}; null before there is one
 * @param processStart when that process began, in milliseconds since 1970, which tells it from a
 *     later one of the same number
 * @param outcome {@code running}, {@code done}, {@code failed}, {@code paused}, {@code released} or
 *     {@code lost} (its worker died, or its lease expired)
 * @param cause where it failed
 */
public record AttemptState(
    int number,
    long token,
    String worker,
    String host,
    @Nullable Long pid,
    @Nullable Long processStart,
    Instant began,
    @Nullable Instant ended,
    String outcome,
    @Nullable Cause cause) {}
