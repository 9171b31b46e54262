package io.flowpp.platform.execution;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run is of a sweep.
 *
 * @param sweep its name
 * @param trial the trial's id
 * @param params what distinguishes it from the sweep's other trials, by the names of the sweep
 * @param trackingKey under which the tracker knows the sweep's own run, which this one is nested
 *     under
 * @param mlflowRunId of the sweep's own run; null where no server knows it yet
 */
public record SweepTrial(
    String sweep,
    String trial,
    Map<String, String> params,
    String trackingKey,
    @Nullable String mlflowRunId) {
  public SweepTrial {
    params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
  }
}
