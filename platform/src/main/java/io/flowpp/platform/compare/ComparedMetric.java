package io.flowpp.platform.compare;

import io.flowpp.core.evaluate.ImageScore;
import io.flowpp.platform.compare.statistics.Rules;
import io.flowpp.platform.compare.statistics.Rules.Better;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.Suggestions;
import io.flowpp.platform.config.UserFault;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What runs are compared by.
 *
 * @param unit for axes; empty where it has none
 * @param ofImage its value for one test image; null where it is one of the whole run
 */
record ComparedMetric(
    String name, String unit, Better better, @Nullable ToDoubleFunction<ImageScore> ofImage) {
  private static final String BITS = "bits/dim";

  /** Of images, so that they can be compared image by image. */
  private static final Map<String, ToDoubleFunction<ImageScore>> OF_IMAGES =
      Map.of(
          "test/bpd", ImageScore::bitsPerDim,
          "final/test_bpd", ImageScore::bitsPerDim,
          "test/bpd_elbo", ImageScore::bitsPerDimElbo,
          "test/ess", ImageScore::effectiveSamples);

  /** Of what is in neither list nobody here knows which of two arms would be the better one. */
  private static final List<String> HIGHER_IS_BETTER =
      List.of("test/ess", "perf/images_per_second");

  private static final List<String> LOWER_IS_BETTER =
      List.of(
          "test/bpd",
          "test/bpd_elbo",
          "test/dequantization_gap",
          "test/sample_leak",
          "final/test_bpd",
          "final/train_bpd",
          "best/val_bpd",
          "val/bpd",
          "train/bpd",
          "train/skipped",
          "train/returns");

  /**
   * @throws UserFault where a run does not have it, or has no number there, or nobody knows whether
   *     more of it is better
   */
  static ComparedMetric of(String name, List<ComparedRun> runs) {
    for (ComparedRun run : runs) {
      Double value = run.metrics().get(name);
      if (value == null && !OF_IMAGES.containsKey(name)) {
        throw new UserFault(
            ExitCode.USAGE,
            "missing-metric",
            "has no metric '" + name + "'",
            run.runId(),
            Suggestions.nearestOrAll(name, new TreeSet<>(run.metrics().keySet()), "it has"));
      }
      if (value != null && !Double.isFinite(value)) {
        throw new UserFault(
            ExitCode.USAGE,
            "not-finite",
            "its " + name + " is " + value + ", where a number is expected",
            run.runId(),
            "leave the run out, or compare by another metric with --metric");
      }
    }
    if (!HIGHER_IS_BETTER.contains(name) && !LOWER_IS_BETTER.contains(name)) {
      TreeSet<String> known = new TreeSet<>(LOWER_IS_BETTER);
      known.addAll(HIGHER_IS_BETTER);
      throw new UserFault(
          ExitCode.USAGE,
          "no-direction",
          "is it better when it is higher or when it is lower? Arms cannot be judged by it",
          name,
          "compare by one of " + String.join(", ", known));
    }
    boolean bits = name.endsWith("bpd") || name.endsWith("_elbo") || name.endsWith("_gap");
    return new ComparedMetric(
        name,
        bits ? BITS : "",
        HIGHER_IS_BETTER.contains(name) ? Better.HIGHER : Better.LOWER,
        OF_IMAGES.get(name));
  }

  /**
   * The rules of the comparison.
   *
   * @throws UserFault where differences of this metric have no usual margin and none is given
   */
  Rules rules(@Nullable Double margin) {
    if (margin == null && unit.isEmpty()) {
      throw new UserFault(
          ExitCode.USAGE,
          "no-margin",
          "is not in bits/dim: which differences do not matter?",
          name,
          "say it with --margin, in its own unit");
    }
    if (margin != null && !(margin > 0 && Double.isFinite(margin))) {
      throw new UserFault(
          ExitCode.USAGE, "usage", "must be above 0, not " + margin, "--margin", null);
    }
    Rules usual = Rules.BITS_PER_DIM;
    return new Rules(
        usual.level(), margin == null ? usual.margin() : margin, usual.power(), better);
  }

  /** One number for a run; over the aligned images where it is of images. */
  double of(ComparedRun run, Alignment alignment) {
    if (ofImage == null) {
      Double value = run.metrics().get(name);
      if (value == null) {
        throw new IllegalStateException(run.runId() + " has no " + name);
      }
      return value;
    }
    double sum = 0;
    for (double score : alignment.scores(run, ofImage)) {
      sum += score;
    }
    return sum / alignment.images().size();
  }
}
