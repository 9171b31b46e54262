package io.flowpp.platform.stage;

import java.util.Locale;

/** How a stage came to its result, or did not. */
public enum StageStatus {
  RAN,
  CACHED,
  RESUMED,
  /** There was nothing to do, as the configuration says. */
  SKIPPED,
  CANCELLED,
  FAILED;

  /** As the command line spells it. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  public boolean hasOutput() {
    return this == RAN || this == CACHED || this == RESUMED;
  }
}
