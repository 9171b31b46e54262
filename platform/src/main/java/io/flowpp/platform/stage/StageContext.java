package io.flowpp.platform.stage;

import io.flowpp.platform.device.Compute;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What a running stage may touch.
 *
 * @param output directory that becomes the stage's output when the stage returns; for a unit, its
 *     scratch
 * @param scratch directory that outlives crashes: checkpoints and finished units
 * @param ownScratch the same for this budget alone: a training that is shorter than what scratch
 *     holds cannot go back
 * @param events hears what happens, on the stage's thread; returns at once
 */
public record StageContext(
    Path output,
    Path scratch,
    Supplier<Path> ownScratch,
    Consumer<StageEvent> events,
    Cancellation cancellation,
    Compute compute) {

  /** Where a training of {@code steps} steps finds and leaves its checkpoints. */
  Path checkpoints(int steps) {
    OptionalInt newest = Checkpoints.newest(scratch);
    return newest.isPresent() && newest.getAsInt() > steps ? ownScratch.get() : scratch;
  }
}
