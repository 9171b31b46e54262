package io.flowpp.platform.sweep;

import java.util.Locale;

/** Where a trial stands. */
public enum TrialStatus {
  PENDING,
  RUNNING,
  /** Stopped by a person after a checkpoint; resuming the sweep makes it pending. */
  PAUSED,
  DONE,
  /** Given up early because others do better. */
  PRUNED,
  FAILED,
  /** Never to be run: the sweep was ended before its turn came. */
  CANCELLED;

  /** As scripts read it. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether nobody works on it any more unless a person asks for it. */
  public boolean isOver() {
    return this != PENDING && this != RUNNING;
  }
}
