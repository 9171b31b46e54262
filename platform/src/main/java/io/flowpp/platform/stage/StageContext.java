package io.flowpp.platform.stage;

import io.flowpp.platform.device.Compute;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * What a running stage may touch.
 *
 * @param output directory that becomes the stage's output when the stage returns; for a unit, its
 *     scratch
 * @param scratch directory that outlives crashes: checkpoints and finished units
 * @param events hears what happens, on the stage's thread; returns at once
 */
public record StageContext(
    Path output,
    Path scratch,
    Consumer<StageEvent> events,
    Cancellation cancellation,
    Compute compute) {}
