package io.flowpp.platform.compare;

import io.flowpp.platform.compare.ComparedRun.Point;
import io.flowpp.platform.compare.Comparison.View;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * The questions that are asked of the arms. Which arm is best depends on what is held equal: the
 * training as it was configured, the steps, the time, or the size of the model.
 */
final class Views {
  /** Models count as equally large up to this share. */
  private static final double SAME_SIZE = .05;

  private final List<Arm> arms;
  private final Alignment alignment;
  private final ComparedMetric metric;
  private final Judging judging;
  private final List<String> notAsked = new ArrayList<>();

  Views(List<Arm> arms, Alignment alignment, ComparedMetric metric, Judging judging) {
    this.arms = arms;
    this.alignment = alignment;
    this.metric = metric;
    this.judging = judging;
  }

  /** Questions that cannot be asked of the baseline, and so of nobody, once {@link #all} is. */
  List<String> notAsked() {
    return List.copyOf(notAsked);
  }

  List<View> all() {
    List<View> views = new ArrayList<>();
    views.add(
        new View(
            "end of training",
            metric.ofImage() == null
                ? metric.name() + " of each run as it ended"
                : String.format(
                    Locale.ROOT,
                    "%s of the final models on %,d test images that all runs were scored on",
                    metric.name(),
                    alignment.images().size()),
            judging.atTheEnd(arms),
            Map.of()));
    curves("equal steps", point -> point.step(), "after %,.0f steps of joint training")
        .ifPresent(views::add);
    curves("equal time", Point::seconds, "after %,.1f seconds of training, pretraining counted")
        .ifPresent(views::add);
    views.add(equalParameters());
    return views;
  }

  /** Bits/dim on validation images where all arms are equally far. */
  private Optional<View> curves(String name, ToDoubleFunction<Point> budget, String where) {
    Map<String, String> left = new LinkedHashMap<>();
    List<Arm> asked = new ArrayList<>();
    for (Arm arm : arms) {
      if (arm.runs().stream().anyMatch(run -> run.curve().isEmpty())) {
        left.put(arm.name(), "a run has no validations");
      } else {
        asked.add(arm);
      }
    }
    Arm baseline = arms.get(0);
    if (left.containsKey(baseline.name())) {
      return notAsked(name, "a run of " + baseline.name() + " has no validations");
    }
    double begun =
        runs(List.of(baseline)).stream().mapToDouble(run -> first(run, budget)).max().orElseThrow();
    leave(
        asked,
        left,
        run -> last(run, budget) < begun,
        "a run ended before the baseline's first validation");
    if (left.containsKey(baseline.name())) {
      return notAsked(
          name, "one run of " + baseline.name() + " had ended before another validated");
    }
    double common = runs(asked).stream().mapToDouble(run -> last(run, budget)).min().orElseThrow();
    leave(asked, left, run -> first(run, budget) > common, "its first validation came later");
    String question = "bits/dim on validation images " + String.format(Locale.ROOT, where, common);
    return Optional.of(
        new View(
            name, question, judging.byRuns(asked, run -> at(run.curve(), budget, common)), left));
  }

  private Optional<View> notAsked(String name, String because) {
    notAsked.add("the question of " + name + " is not asked: " + because);
    return Optional.empty();
  }

  private static void leave(
      List<Arm> asked, Map<String, String> left, Predicate<ComparedRun> which, String why) {
    for (Arm arm : List.copyOf(asked)) {
      if (arm.runs().stream().anyMatch(which)) {
        asked.remove(arm);
        left.put(arm.name(), why);
      }
    }
  }

  private static double first(ComparedRun run, ToDoubleFunction<Point> budget) {
    return budget.applyAsDouble(run.curve().get(0));
  }

  private static double last(ComparedRun run, ToDoubleFunction<Point> budget) {
    return budget.applyAsDouble(run.curve().get(run.curve().size() - 1));
  }

  /** The value of a curve at a budget, on the line between its neighbours. */
  static double at(List<Point> curve, ToDoubleFunction<Point> budget, double where) {
    Point before = curve.get(0);
    for (Point point : curve) {
      double x = budget.applyAsDouble(point);
      if (x >= where) {
        double from = budget.applyAsDouble(before);
        double share = x > from ? (where - from) / (x - from) : 1;
        return before.bitsPerDim() + share * (point.bitsPerDim() - before.bitsPerDim());
      }
      before = point;
    }
    return before.bitsPerDim();
  }

  private View equalParameters() {
    long size = size(arms.get(0));
    Map<String, String> left = new LinkedHashMap<>();
    List<Arm> equal = new ArrayList<>();
    for (Arm arm : arms) {
      double ratio = (double) size(arm) / size;
      if (Math.abs(ratio - 1) <= SAME_SIZE) {
        equal.add(arm);
      } else {
        left.put(
            arm.name(),
            String.format(
                Locale.ROOT, "%,d parameters, %.2f times the baseline's", size(arm), ratio));
      }
    }
    String question =
        String.format(
            Locale.ROOT,
            "%s of arms within %.0f%% of the baseline's %,d parameters",
            metric.name(),
            100 * SAME_SIZE,
            size);
    return new View("equal parameters", question, judging.atTheEnd(equal), left);
  }

  private static long size(Arm arm) {
    return arm.runs().stream().mapToLong(ComparedRun::modelParameters).max().orElseThrow();
  }

  private static List<ComparedRun> runs(List<Arm> arms) {
    return arms.stream().flatMap(arm -> arm.runs().stream()).toList();
  }
}
