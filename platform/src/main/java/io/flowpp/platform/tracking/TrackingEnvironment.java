package io.flowpp.platform.tracking;

import java.util.Map;

/** The process's environment, which may hold secrets: it is never printed. */
final class TrackingEnvironment {
  private final Map<String, String> variables;

  TrackingEnvironment(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  Map<String, String> variables() {
    return variables;
  }
}
