package io.flowpp.platform.compare.page;

import io.flowpp.platform.compare.Arm;
import io.flowpp.platform.compare.ComparedRun;
import io.flowpp.platform.compare.Comparison;
import io.flowpp.platform.compare.Comparison.Against;
import io.flowpp.platform.compare.Comparison.Row;
import io.flowpp.platform.compare.Comparison.Scope;
import io.flowpp.platform.compare.Comparison.View;
import io.flowpp.platform.compare.statistics.Verdict;
import io.flowpp.platform.report.Show;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What all outputs begin with: the answer in words. */
final class Answer {
  private Answer() {}

  /** All verdicts in one line. */
  static String headline(Comparison comparison) {
    List<String> parts = new ArrayList<>();
    String methods = counts(comparison, Scope.METHODS);
    String models = counts(comparison, Scope.MODELS);
    if (!methods.isEmpty()) {
      parts.add(methods);
    }
    if (!models.isEmpty()) {
      parts.add("of trained models alone: " + models);
    }
    return "Against "
        + ShortNames.line(comparison.baseline().name())
        + ": "
        + (parts.isEmpty() ? "nothing that could be compared" : String.join("; ", parts));
  }

  private static String counts(Comparison comparison, Scope scope) {
    Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);
    for (Row row : rows(comparison)) {
      Against against = row.against();
      if (against != null && against.scope() == scope) {
        counts.merge(against.verdict(), 1, Integer::sum);
      }
    }
    return counts.entrySet().stream()
        .map(count -> count.getValue() + " " + Verdicts.words(count.getKey()))
        .collect(Collectors.joining(", "));
  }

  /** Of the first view. */
  static List<Row> rows(Comparison comparison) {
    return comparison.views().isEmpty() ? List.of() : comparison.views().get(0).rows();
  }

  /** An arm's verdict as a sentence of its own. */
  static String sentence(Against against) {
    String words = ShortNames.line(against.words());
    return words.endsWith(".") || words.isEmpty() ? words : words + ".";
  }

  /** The difference and its interval. */
  static String figures(Numbers numbers, Against against) {
    return numbers.change(against.delta())
        + (against.interval() == null ? "" : " " + numbers.changes(against.interval()));
  }

  /** What the baseline itself came to; empty where it is in no view. */
  static String baseline(Comparison comparison, Numbers numbers) {
    for (Row row : rows(comparison)) {
      if (row.against() == null) {
        String unit = comparison.unit();
        return ShortNames.line(row.group())
            + " is the baseline: "
            + numbers.value(row.mean())
            + (unit.isEmpty() ? "" : " " + unit)
            + (row.interval() == null ? "" : " " + numbers.interval(row.interval()))
            + ", "
            + Show.plural(row.seeds(), "seed")
            + ".";
      }
    }
    return "";
  }

  /** Arms that a view's question cannot be asked of, in the order of the comparison. */
  static Map<String, String> left(Comparison comparison, View view) {
    Map<String, String> left = new LinkedHashMap<>();
    for (Arm arm : comparison.arms()) {
      String why = view.left().get(arm.name());
      if (why != null) {
        left.put(arm.name(), why);
      }
    }
    new TreeMap<>(view.left()).forEach(left::putIfAbsent);
    return left;
  }

  /** Whether anything is said of trained models alone. */
  static boolean ofModels(Comparison comparison) {
    return comparison.views().stream()
        .flatMap(view -> view.rows().stream())
        .map(Row::against)
        .filter(Objects::nonNull)
        .anyMatch(against -> against.scope() == Scope.MODELS);
  }

  static int runs(Comparison comparison) {
    return comparison.arms().stream().mapToInt(arm -> arm.runs().size()).sum();
  }

  /** How many seconds a run has trained, pretraining counted, in words. */
  static String time(ComparedRun run) {
    double seconds = CostChart.seconds(run);
    return Double.isFinite(seconds) ? Show.duration(seconds) : Numbers.NOTHING;
  }
}
