package io.flowpp.platform.doctor;

import java.nio.file.Path;
import java.util.Map;

/**
 * What is looked at. The environment may hold secrets: it is never printed.
 *
 * @param workspace its root, which need not be there
 * @param deviceNodes {@code /dev}
 */
record Surroundings(Path workspace, Map<String, String> environment, Path deviceNodes) {
  String variable(String name) {
    return environment.getOrDefault(name, "").strip();
  }

  /** A server of the user's own is asked for. */
  boolean hasExplicitServer() {
    return !variable("MLFLOW_TRACKING_URI").isEmpty();
  }

  boolean isOffline() {
    return "1".equals(environment.get("FLOWPP_OFFLINE"));
  }

  @Override
  public String toString() {
    return "Surroundings[" + workspace + "]";
  }
}
