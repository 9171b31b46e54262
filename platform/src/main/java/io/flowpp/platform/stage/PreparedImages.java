package io.flowpp.platform.stage;

import java.util.Map;

/**
 * The output of the data preparation; shards and manifest lie beside it.
 *
 * @param digest of the prepared data: equal for equal images, labels and splits
 */
public record PreparedImages(String digest, int train, int validation, int test)
    implements StageOutput {
  @Override
  public Map<String, Double> metrics() {
    return Map.of();
  }
}
