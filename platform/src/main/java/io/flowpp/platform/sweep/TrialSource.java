package io.flowpp.platform.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;

/** Where a trial's raw images lie. */
final class TrialSource {
  private TrialSource() {}

  static Path of(TrialSpec trial) {
    try {
      return Path.of(
          SweepJson.read(trial.config(), JsonNode.class).path("data").path("source").asText());
    } catch (IOException e) {
      throw new IllegalStateException("no configuration: trial " + trial.id(), e);
    }
  }
}
