package io.flowpp.platform.compare.statistics;

import java.util.List;

/**
 * What an arm came to: one number for each seed, since the seed is the unit of replication.
 *
 * @param arm its name, for messages
 * @param values finite, at least one
 */
public record SeedValues(String arm, List<Double> values) {
  public SeedValues {
    values = List.copyOf(values);
    if (values.isEmpty() || values.stream().anyMatch(v -> !Double.isFinite(v))) {
      throw new IllegalArgumentException(
          arm + ": one finite value a seed, at least one, not " + values);
    }
  }
}
