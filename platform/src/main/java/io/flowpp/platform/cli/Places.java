package io.flowpp.platform.cli;

import io.flowpp.platform.config.Redaction;
import java.nio.file.Path;
import java.util.Map;

/** Where the command line keeps things. */
final class Places {
  private Places() {}

  /** {@code FLOWPP_WORKSPACE}, by default {@code .flowpp} in the working directory. */
  static Path workspace() {
    return workspace(System.getenv());
  }

  static Path workspace(Map<String, String> environment) {
    String named = environment.getOrDefault("FLOWPP_WORKSPACE", "");
    return Path.of(named.isBlank() ? ".flowpp" : named).toAbsolutePath().normalize();
  }

  /** What may not be printed: the environment's secrets, and that of the managed server. */
  static Redaction redaction() {
    return Redaction.of(System.getenv(), workspace());
  }
}
