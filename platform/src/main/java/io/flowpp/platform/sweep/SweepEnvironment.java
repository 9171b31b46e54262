package io.flowpp.platform.sweep;

import java.util.Map;

/** The variables of this process's environment. */
record SweepEnvironment(Map<String, String> variables) {
  SweepEnvironment {
    variables = Map.copyOf(variables);
  }
}
