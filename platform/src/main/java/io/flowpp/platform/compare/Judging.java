package io.flowpp.platform.compare;

import io.flowpp.platform.compare.Comparison.Against;
import io.flowpp.platform.compare.Comparison.Row;
import io.flowpp.platform.compare.Comparison.Scope;
import io.flowpp.platform.compare.statistics.Difference;
import io.flowpp.platform.compare.statistics.ImagePairs;
import io.flowpp.platform.compare.statistics.Interval;
import io.flowpp.platform.compare.statistics.Rules;
import io.flowpp.platform.compare.statistics.SeedComparison;
import io.flowpp.platform.compare.statistics.SeedValues;
import io.flowpp.platform.compare.statistics.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Rows of a view: each arm against the first one. */
final class Judging {
  /** Of the bootstrap: any fixed number, so that equal runs give equal reports. */
  private static final long BOOTSTRAP_SEED = 20190610;

  private final Alignment alignment;
  private final ComparedMetric metric;
  private final Rules rules;
  private final Map<String, double[]> perImage = new HashMap<>();

  Judging(List<Arm> arms, Alignment alignment, ComparedMetric metric, Rules rules) {
    this.alignment = alignment;
    this.metric = metric;
    this.rules = rules;
    if (metric.ofImage() != null) {
      arms.forEach(arm -> perImage.put(arm.name(), mean(arm)));
    }
  }

  Rules rules() {
    return rules;
  }

  /** By the metric of the final models. */
  List<Row> atTheEnd(List<Arm> arms) {
    Map<String, ImagePairs> pairs = new HashMap<>();
    if (metric.ofImage() != null) {
      for (Arm arm : arms.subList(1, arms.size())) {
        pairs.put(arm.name(), images(arm, arms.get(0)));
      }
    }
    int images = metric.ofImage() == null ? 0 : alignment.images().size();
    return rows(arms, run -> metric.of(run, alignment), rules, images, pairs);
  }

  /** By one value a run, in bits/dim, with no images behind it. */
  List<Row> byRuns(List<Arm> arms, ToDoubleFunction<ComparedRun> value) {
    Rules bits =
        metric.unit().isEmpty()
            ? Rules.BITS_PER_DIM
            : new Rules(rules.level(), rules.margin(), rules.power(), Rules.Better.LOWER);
    return rows(arms, value, bits, 0, Map.of());
  }

  private List<Row> rows(
      List<Arm> arms,
      ToDoubleFunction<ComparedRun> value,
      Rules by,
      int images,
      Map<String, ImagePairs> pairs) {
    Map<String, SeedValues> values = new HashMap<>();
    arms.forEach(arm -> values.put(arm.name(), values(arm, value)));
    SeedValues baseline = seeds(values, arms.get(0));
    List<SeedValues> replicated = new ArrayList<>();
    for (Arm arm : arms.subList(1, arms.size())) {
      if (Math.min(arm.runs().size(), baseline.values().size()) > 1) {
        replicated.add(seeds(values, arm));
      }
    }
    List<Difference> differences =
        replicated.isEmpty() ? List.of() : SeedComparison.family(baseline, replicated, by);
    List<Row> rows = new ArrayList<>();
    rows.add(row(baseline, by, images, null));
    for (Arm arm : arms.subList(1, arms.size())) {
      SeedValues its = seeds(values, arm);
      int place = replicated.indexOf(its);
      ImagePairs pair = pairs.get(arm.name());
      Against against =
          place < 0
              ? models(its, baseline, by, pair)
              : methods(its, baseline, by, differences.get(place), pair);
      rows.add(row(its, by, images, against));
    }
    return rows;
  }

  private static Row row(SeedValues arm, Rules by, int images, @Nullable Against against) {
    int seeds = arm.values().size();
    return new Row(
        arm.arm(),
        seeds,
        images,
        average(arm),
        seeds > 1 ? SeedComparison.mean(arm, by) : null,
        against);
  }

  private static Against methods(
      SeedValues arm,
      SeedValues baseline,
      Rules by,
      Difference difference,
      @Nullable ImagePairs images) {
    return new Against(
        Scope.METHODS,
        difference.delta(),
        difference.interval(),
        difference.p(),
        difference.pAdjusted(),
        difference.pEquivalent(),
        difference.verdict(),
        Words.methods(arm, baseline, by, difference),
        difference.seedsNeeded(),
        images);
  }

  /** One seed of an arm says nothing of how other seeds would do: only the models are compared. */
  private static Against models(
      SeedValues arm, SeedValues baseline, Rules by, @Nullable ImagePairs images) {
    double delta = average(arm) - average(baseline);
    @Nullable Interval interval = images == null ? null : images.interval();
    Verdict verdict = interval == null ? Verdict.CANNOT_TELL : verdict(interval, by);
    return new Against(
        Scope.MODELS,
        delta,
        interval,
        null,
        null,
        null,
        verdict,
        Words.models(arm, baseline, by, verdict, delta, images),
        null,
        images);
  }

  static Verdict verdict(Interval interval, Rules by) {
    if (interval.low() > -by.margin() && interval.high() < by.margin()) {
      return Verdict.EQUIVALENT;
    }
    if (interval.contains(0)) {
      return Verdict.CANNOT_TELL;
    }
    boolean lower = interval.high() < 0;
    return lower == (by.better() == Rules.Better.LOWER) ? Verdict.BETTER : Verdict.WORSE;
  }

  private ImagePairs images(Arm arm, Arm baseline) {
    return ImagePairs.of(
        images(arm.name()), images(baseline.name()), rules.level(), BOOTSTRAP_SEED);
  }

  private double[] images(String arm) {
    double[] scores = perImage.get(arm);
    if (scores == null) {
      throw new IllegalStateException("no scores of " + arm);
    }
    return scores;
  }

  /** Of each image, over the arm's seeds. */
  private double[] mean(Arm arm) {
    double[] sum = new double[alignment.images().size()];
    for (ComparedRun run : arm.runs()) {
      double[] scores = alignment.scores(run, Objects.requireNonNull(metric.ofImage()));
      for (int i = 0; i < sum.length; i++) {
        sum[i] += scores[i] / arm.runs().size();
      }
    }
    return sum;
  }

  private static SeedValues values(Arm arm, ToDoubleFunction<ComparedRun> value) {
    return new SeedValues(
        arm.name(), arm.runs().stream().map(run -> value.applyAsDouble(run)).toList());
  }

  private static SeedValues seeds(Map<String, SeedValues> values, Arm arm) {
    return Objects.requireNonNull(values.get(arm.name()));
  }

  private static double average(SeedValues arm) {
    return arm.values().stream().mapToDouble(d -> d).average().orElseThrow();
  }
}
