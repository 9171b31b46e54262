package io.flowpp.platform.sweep;

import java.util.List;

/** What a finished run has, and trials can be ranked by. */
final class KnownMetrics {
  static final String USUAL = "final/test_bpd";

  static final List<String> NAMES =
      List.of(
          USUAL,
          "final/train_bpd",
          "best/val_bpd",
          "val/bpd",
          "val/dequantizer_entropy",
          "test/bpd",
          "test/bpd_elbo",
          "test/dequantization_gap",
          "test/ess",
          "test/sample_leak",
          "train/bpd",
          "train/skipped",
          "train/returns",
          "perf/images_per_second");

  private KnownMetrics() {}

  /** Whether only runs that validate have it. */
  static boolean needsValidation(String name) {
    return name.startsWith("val/") || name.startsWith("best/");
  }
}
