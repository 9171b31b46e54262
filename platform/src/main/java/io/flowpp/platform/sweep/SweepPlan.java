package io.flowpp.platform.sweep;

import io.flowpp.platform.execution.Plan;
import io.flowpp.platform.stage.StageName;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a sweep would do.
 *
 * @param seconds of all trials at {@code limits.max-concurrent}, each begun when another ends; null
 *     where nothing was measured
 * @param memoryBytes the most that as many trials as may run at once need together
 * @param freeBytes what this machine has for them
 * @param calibrations how many models were measured
 * @param wholeBatches whether all were measured with the images of a whole batch; else times are
 *     scaled up
 * @param evaluationKnown whether {@code seconds} have the evaluations: how many images these score
 *     is known only where {@code evaluation.images} says so
 * @param load how many processes wanted a core while nothing was measured yet; negative where the
 *     system does not tell
 */
public record SweepPlan(
    SweepSpec spec,
    List<Trial> trials,
    @Nullable Double seconds,
    long memoryBytes,
    long freeBytes,
    int calibrations,
    boolean wholeBatches,
    boolean evaluationKnown,
    double load) {
  public SweepPlan {
    trials = List.copyOf(trials);
  }

  /** How a stage of a trial stands before the sweep. */
  public enum Standing {
    TO_DO,
    /** Its output is in the workspace. */
    CACHED,
    /** An earlier trial of the sweep does the same. */
    SHARED,
    /** The configuration asks for nothing here. */
    SKIPPED,
    /** Its raw data are not here, so nobody knows. */
    UNKNOWN
  }

  /**
   * @param seconds that are left of it; null where nothing was measured
   */
  public record Trial(
      TrialSpec spec,
      TrialStatus status,
      Plan plan,
      Map<StageName, Standing> stages,
      @Nullable Double seconds) {
    public Trial {
      stages = Collections.unmodifiableMap(new TreeMap<>(stages));
    }
  }
}
