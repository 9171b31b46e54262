package io.flowpp.platform.execution;

import io.flowpp.platform.config.LoadedExperiment;
import io.flowpp.platform.stage.StageName;
import org.jspecify.annotations.Nullable;

/**
 * One {@code flowpp run}.
 *
 * @param runner overrides the configuration's; null to keep it
 * @param fresh whether stages and tracked runs are made anew
 * @param until the last stage to do; null for all and the report
 * @param command the line that repeats it, without {@code --fresh}
 * @param trial what it is of a sweep; null where it stands alone
 */
public record RunRequest(
    LoadedExperiment experiment,
    @Nullable String runner,
    Freshness fresh,
    @Nullable StageName until,
    String command,
    @Nullable SweepTrial trial) {
  /** Whether earlier results count. */
  public enum Freshness {
    REUSE,
    FRESH
  }
}
