package io.flowpp.platform.sweep;

import io.flowpp.platform.device.Devices;
import org.jspecify.annotations.Nullable;

/**
 * What holds where a sweep's file is silent.
 *
 * @param cores of this machine, which trials at once share
 * @param gpus of this machine that can be used: a trial on a GPU has it for itself
 * @param maxConcurrent null for half of the cores, but not more than there are GPUs for
 * @param threads of a trial; null for its share of the cores
 */
public record SweepDefaults(
    int cores, int gpus, @Nullable Integer maxConcurrent, @Nullable Integer threads) {
  /** Those of a new sweep on this machine. */
  public static SweepDefaults ofThisMachine() {
    return new SweepDefaults(
        Runtime.getRuntime().availableProcessors(), Devices.usableHere(), null, null);
  }

  /**
   * Those of a sweep that exists: another machine that joins it goes on with the threads that the
   * first one chose, since results depend on how sums are split.
   */
  public static SweepDefaults of(SweepSpec sweep) {
    return new SweepDefaults(
        Runtime.getRuntime().availableProcessors(),
        Devices.usableHere(),
        sweep.limits().maxConcurrent(),
        sweep.threads());
  }
}
