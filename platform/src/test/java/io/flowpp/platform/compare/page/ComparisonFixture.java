package io.flowpp.platform.compare.page;

import io.flowpp.core.evaluate.ImageScore;
import io.flowpp.platform.compare.Arm;
import io.flowpp.platform.compare.ComparedRun;
import io.flowpp.platform.compare.ComparedRun.Point;
import io.flowpp.platform.compare.Comparison;
import io.flowpp.platform.compare.Comparison.Against;
import io.flowpp.platform.compare.Comparison.Row;
import io.flowpp.platform.compare.Comparison.Scope;
import io.flowpp.platform.compare.Comparison.View;
import io.flowpp.platform.compare.statistics.ImagePairs;
import io.flowpp.platform.compare.statistics.Interval;
import io.flowpp.platform.compare.statistics.Rules;
import io.flowpp.platform.compare.statistics.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Ablations as they could have come out. Means are those of the scores; intervals and p are made by
 * hand, near what the statistics would say.
 */
final class ComparisonFixture {
  static final String SECOND_LOOK =
      "affine seed 2 was evaluated on another machine; its samples are the same";

  String title = "made-up example by ablation";
  String metric = "test/bpd";
  String unit = "bits/dim";
  Rules rules = Rules.BITS_PER_DIM;
  List<String> warnings = List.of(SECOND_LOOK);
  List<String> names = List.of("full", "affine", "uniform", "no-attention");

  /** What each arm costs more than the first. */
  double[] effects = {0, .0412, .0871, .0021};

  double seedSpread = .003;
  int seeds = 3;
  int images = 200;
  @Nullable String page = "http://127.0.0.1:5000/#/experiments/1/runs/8d0f1c2b3a4e";
  String without = "";

  Comparison build() {
    List<Arm> arms = new ArrayList<>();
    for (int a = 0; a < names.size(); a++) {
      arms.add(arm(a));
    }
    return new Comparison(
        title,
        metric,
        unit,
        rules,
        arms,
        differing(),
        warnings,
        List.of(
            view("end of training", "test/bpd of the final models on 200 test images", arms, 1, ""),
            view("equal steps", "bits/dim on validation images after 2,000 steps", arms, 1, ""),
            view(
                "equal time",
                "bits/dim on validation images after 412 seconds of training, pretraining counted",
                arms,
                .8,
                ""),
            view(
                "equal parameters",
                "test/bpd of arms within 5% of the baseline's 993,712 parameters",
                arms,
                1,
                names.get(names.size() - 1))),
        page);
  }

  private Arm arm(int a) {
    List<ComparedRun> runs = new ArrayList<>();
    for (int seed = 1; seed <= seeds; seed++) {
      Random random = new Random(100L * a + seed);
      double shift = effects[a] + seedSpread * random.nextGaussian();
      List<ImageScore> scores = scores(a, seed, shift);
      double mean =
          scores.stream().mapToDouble(ImageScore::bitsPerDim).average().orElse(Double.NaN);
      runs.add(
          new ComparedRun(
              String.format(Locale.ROOT, "%08x", 0x3f2a91c0 + 7919 * (10 * a + seed)),
              "ablations " + names.get(a),
              seed,
              Map.of("ablation", names.get(a)),
              "d".repeat(64),
              String.format(Locale.ROOT, "%016x", 0x9e3779b97f4a7c15L * (10 * a + seed)).repeat(4),
              16,
              1,
              993_712 - (a == 3 ? 180_224 : 0),
              a == 2 ? 0 : 41,
              speed(a) * (410 + 6 * random.nextGaussian()),
              new TreeMap<>(Map.of(metric, mean, "test/ess", 4.2)),
              scores,
              names.get(a).equals(without) ? List.of() : curve(a, shift, random)));
    }
    return new Arm(names.get(a), runs);
  }

  private static double speed(int a) {
    return new double[] {1, .93, .81, .88}[a % 4];
  }

  private List<ImageScore> scores(int a, int seed, double shift) {
    Random image = new Random(5);
    Random noise = new Random(1000L * a + seed);
    List<ImageScore> scores = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      double own = 3.2 + .55 * image.nextGaussian();
      double bits = seedSpread == 0 ? 3 : own + shift + .02 * noise.nextGaussian();
      scores.add(
          new ImageScore(i, i % 10, String.format(Locale.ROOT, "%064x", i), bits, bits + .02, 4.2));
    }
    return scores;
  }

  private List<Point> curve(int a, double shift, Random random) {
    List<Point> curve = new ArrayList<>();
    for (int step = 100; step <= 2000; step += 100) {
      double bits =
          seedSpread == 0
              ? 3
              : 3.2 + shift + 2.6 * Math.exp(-step / 280.) + .006 * random.nextGaussian();
      double seconds = (a == 2 ? 0 : 41) + speed(a) * step * .205;
      curve.add(new Point(step, seconds, bits));
    }
    return curve;
  }

  private View view(String name, String question, List<Arm> arms, double share, String leftOut) {
    List<Row> rows = new ArrayList<>();
    Map<String, String> left = new LinkedHashMap<>();
    for (int a = 0; a < arms.size(); a++) {
      if (arms.get(a).name().equals(leftOut)) {
        left.put(leftOut, "813,488 parameters, 0.82 times the baseline's");
      } else {
        rows.add(row(arms, a, share, question.startsWith(metric)));
      }
    }
    return new View(name, question, rows, left);
  }

  private Row row(List<Arm> arms, int a, double share, boolean overImages) {
    double mean = mean(arms.get(0)) + share * (mean(arms.get(a)) - mean(arms.get(0)));
    Interval interval = seeds < 2 ? null : around(mean, 2.5 * seedSpread);
    return new Row(
        names.get(a),
        seeds,
        overImages ? images : 0,
        mean,
        interval,
        a == 0 ? null : against(arms, a, share, overImages));
  }

  private Against against(List<Arm> arms, int a, double share, boolean overImages) {
    double delta = share * (mean(arms.get(a)) - mean(arms.get(0)));
    ImagePairs pairs =
        overImages ? new ImagePairs(delta, around(delta, .004), 3.2e-9, images) : null;
    Verdict verdict =
        delta > .012
            ? Verdict.WORSE
            : delta < -.012
                ? Verdict.BETTER
                : a % 2 == 1 ? Verdict.EQUIVALENT : Verdict.CANNOT_TELL;
    if (seeds < 2) {
      String words =
          "these two models: %s against %s is %s on these images; of the methods nothing can be said with one seed"
              .formatted(names.get(a), names.get(0), verdict.id());
      return new Against(
          Scope.MODELS,
          delta,
          pairs == null ? null : pairs.interval(),
          null,
          null,
          null,
          verdict,
          words,
          null,
          pairs);
    }
    String words =
        switch (verdict) {
          case BETTER, WORSE ->
              String.format(
                  Locale.ROOT,
                  "%s is %s than %s by %.4f (3 and 3 seeds, p < .001 after Holm)",
                  names.get(a),
                  verdict.id(),
                  names.get(0),
                  Math.abs(delta));
          case EQUIVALENT ->
              "%s and %s are equivalent: they differ by less than 0.0100 (3 and 3 seeds, p = 0.004 after Holm)"
                  .formatted(names.get(a), names.get(0));
          case CANNOT_TELL ->
              "%s cannot be told from %s, nor called equivalent, by 3 and 3 seeds; to find a difference of 0.0100 takes 9 seeds an arm"
                  .formatted(names.get(a), names.get(0));
        };
    double p = Math.abs(delta) > .012 ? .00021 : .437;
    return new Against(
        Scope.METHODS,
        delta,
        around(delta, 2 * seedSpread),
        p,
        Math.min(1, 2 * p),
        verdict == Verdict.EQUIVALENT ? .004 : .31,
        verdict,
        words,
        verdict == Verdict.CANNOT_TELL ? null : 6,
        pairs);
  }

  private Map<String, Map<String, String>> differing() {
    Map<String, Map<String, String>> differing = new LinkedHashMap<>();
    put(differing, "ablation", names.toArray(String[]::new));
    put(differing, "model.flow.coupling.kind", "mixture", "affine", "mixture", "mixture");
    put(
        differing,
        "model.dequantizer.kind",
        "variational",
        "variational",
        "uniform",
        "variational");
    put(differing, "model.flow.attention", "true", "true", "true", "false");
    return differing;
  }

  private void put(Map<String, Map<String, String>> to, String parameter, String... values) {
    Map<String, String> byArm = new LinkedHashMap<>();
    for (int a = 0; a < names.size(); a++) {
      byArm.put(names.get(a), values[a % values.length]);
    }
    to.put(parameter, byArm);
  }

  private static Interval around(double middle, double half) {
    return Double.isFinite(middle)
        ? new Interval(middle - half, middle + half)
        : new Interval(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
  }

  static double mean(Arm arm) {
    double[] means =
        arm.runs().stream()
            .mapToDouble(
                run ->
                    run.scores().stream()
                        .mapToDouble(ImageScore::bitsPerDim)
                        .average()
                        .orElse(Double.NaN))
            .toArray();
    return Arrays.stream(means).average().orElse(Double.NaN);
  }
}
