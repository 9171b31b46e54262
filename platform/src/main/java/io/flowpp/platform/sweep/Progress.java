package io.flowpp.platform.sweep;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * How far a trial is.
 *
 * @param unit what is counted: step, shard, part
 * @param total 0 where nothing is counted
 * @param bpd bits/dim of the latest steps, smoothed; null before the first
 * @param secondsLeft of the stage; null where that cannot be told
 */
public record Progress(
    String stage,
    String unit,
    int done,
    int total,
    @Nullable Double bpd,
    @Nullable Double secondsLeft) {

  /** From the ledger; null where there is none yet. */
  public static @Nullable Progress of(TrialState trial) {
    try {
      return trial.progress() == null ? null : SweepJson.read(trial.progress(), Progress.class);
    } catch (IOException e) {
      throw new IllegalStateException("a progress that is none: " + trial.progress(), e);
    }
  }
}
