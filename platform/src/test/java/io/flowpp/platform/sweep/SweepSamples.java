package io.flowpp.platform.sweep;

import io.flowpp.platform.sweep.Metric.Direction;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Sweeps for tests. */
final class SweepSamples {
  static final Limits NO_LIMITS = new Limits(null, 1000, null, null, 2, Duration.ofMinutes(10));

  private SweepSamples() {}

  static SweepSpec sweep(String name, int trials) {
    return sweep(name, NO_LIMITS, trials);
  }

  static SweepSpec sweep(String name, Limits limits, int trials) {
    return sweep(name, limits, IntStream.range(0, trials).mapToObj(SweepSamples::trial).toList());
  }

  static SweepSpec sweep(String name, Limits limits, List<TrialSpec> trials) {
    Map<String, String> ranges = new LinkedHashMap<>();
    ranges.put("z", "1e-3 .. 1e-1, \"log\"");
    ranges.put("ablation", "full, affine, ähnlich ✓");
    ranges.put("seed", "1, 2");
    return new SweepSpec(
        name,
        "# a file\nname: " + name + "\n",
        "experiment of " + name,
        ranges,
        new Metric("final/test_bpd", Direction.MINIMIZE),
        limits,
        1,
        trials);
  }

  static TrialSpec trial(int number) {
    return trial(number, "{\"steps\": 10}");
  }

  static TrialSpec trial(int number, String config) {
    Map<String, String> params = new LinkedHashMap<>();
    params.put("z", String.valueOf(number));
    params.put("ablation", "full");
    return new TrialSpec(
        String.format("%08x", number), params, Long.MAX_VALUE - number, "trial-" + number, config);
  }

  static Limits limits(
      int maxConcurrent, @Nullable Integer maxFailures, @Nullable Double maxHours, int attempts) {
    return new Limits(null, maxConcurrent, maxFailures, maxHours, attempts, Duration.ofSeconds(90));
  }

  static Cause cause(String kind) {
    return new Cause(kind, "it failed", List.of("last \u0000 line", "ü"), "/logs/x.txt");
  }
}
