package io.flowpp.platform.execution;

import io.flowpp.platform.tracking.ModelVersion;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A finished run as a version of a registered model. */
final class RunModels {
  private static final List<String> FIGURES =
      List.of(
          "test/bpd",
          "test/bpd_elbo",
          "test/dequantization_gap",
          "best/val_bpd",
          "final/train_bpd");

  /** The tag of a version that finds its run in a workspace. */
  static final String RUN_ID = "flowpp.run_id";

  static final String FOLDER = "model";

  private RunModels() {}

  /**
   * @param tags besides the key figures
   */
  static ModelVersion version(
      String model, RunNote note, Map<String, Double> metrics, Map<String, String> tags) {
    Map<String, String> all = new TreeMap<>(tags);
    for (String figure : FIGURES) {
      Double value = metrics.get(figure);
      if (value != null) {
        all.put(figure, String.format(Locale.ROOT, "%.6g", value));
      }
    }
    return new ModelVersion(model, FOLDER, note.model(metrics), all);
  }
}
