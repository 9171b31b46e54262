package io.flowpp.platform.sweep;

import io.flowpp.platform.config.ExperimentKey.Value;
import io.flowpp.platform.config.Located;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A choice among all that is tried, without a seed.
 *
 * @param arm null where there are no ablations
 * @param chosen of the parameters that have a meaning beside the others
 */
record Assignment(@Nullable Arm arm, Map<String, Value> chosen) {
  Assignment {
    chosen = Collections.unmodifiableMap(new LinkedHashMap<>(chosen));
  }

  Assignment with(String key, Value value) {
    Map<String, Value> more = new LinkedHashMap<>(chosen);
    more.put(key, value);
    return new Assignment(arm, more);
  }

  /** What it sets in the experiment. */
  Map<String, Located.Scalar> settings() {
    Map<String, Located.Scalar> settings = new LinkedHashMap<>();
    if (arm != null) {
      settings.putAll(arm.settings());
    }
    chosen.forEach((key, value) -> settings.put(key, value.written()));
    return settings;
  }

  /** As a trial has it: the ablation, then the parameters in the order of {@code keys}. */
  Map<String, String> params(Iterable<Swept> order) {
    Map<String, String> params = new LinkedHashMap<>();
    if (arm != null) {
      params.put(Arm.PARAMETER, arm.name());
    }
    for (Swept parameter : order) {
      Value value = chosen.get(parameter.key());
      if (value != null) {
        params.put(parameter.key(), value.text());
      }
    }
    return params;
  }
}
