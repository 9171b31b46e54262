package io.flowpp.platform.execution;

import java.util.List;

/** What a finished run has, and can be ranked or judged by. */
public final class KnownMetrics {
  public static final String USUAL = "final/test_bpd";

  public static final List<String> NAMES =
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
  public static boolean needsValidation(String name) {
    return name.startsWith("val/") || name.startsWith("best/");
  }
}
