package io.flowpp.platform.sweep;

import io.flowpp.platform.config.ExperimentVariants;
import io.flowpp.platform.config.Located;
import io.flowpp.platform.config.Origin;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a sweep's file says, its trials not spelt out yet.
 *
 * @param origin of what has no line of its own
 * @param base the experiment that all trials vary
 * @param set settings of all trials
 * @param arms empty where there are no ablations
 * @param seeds empty for the base's own
 * @param keys where each key of the file stands that a check between keys may complain about
 */
record SweepDraft(
    String name,
    String text,
    Origin origin,
    ExperimentVariants base,
    Map<String, Located.Scalar> set,
    List<Swept> parameters,
    List<Arm> arms,
    List<Long> seeds,
    Search search,
    Metric metric,
    DraftLimits limits,
    Map<String, Origin> keys) {

  /** Limits as they are written: null where they are not. */
  record DraftLimits(
      @Nullable Integer maxTrials,
      @Nullable Integer maxConcurrent,
      @Nullable Integer maxFailures,
      @Nullable Double maxHours,
      @Nullable Integer maxAttempts,
      @Nullable Duration hangAfter) {}

  /** Where {@code key} stands, else the file. */
  Origin at(String key) {
    return keys.getOrDefault(key, origin);
  }
}
