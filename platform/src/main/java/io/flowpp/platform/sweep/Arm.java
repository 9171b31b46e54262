package io.flowpp.platform.sweep;

import io.flowpp.platform.config.Located;
import io.flowpp.platform.config.Origin;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A named set of settings. */
record Arm(String name, Origin origin, Map<String, Located.Scalar> settings) {
  /** What trials call the arm that they belong to. */
  static final String PARAMETER = "ablation";

  Arm {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }
}
