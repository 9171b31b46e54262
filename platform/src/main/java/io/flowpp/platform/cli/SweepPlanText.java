package io.flowpp.platform.cli;

import io.flowpp.platform.stage.StageName;
import io.flowpp.platform.sweep.ShortKeys;
import io.flowpp.platform.sweep.SweepPlan;
import io.flowpp.platform.sweep.SweepPlan.Standing;
import io.flowpp.platform.sweep.SweepSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A sweep's plan for people. */
final class SweepPlanText {
  private static final int WIDEST = 32;

  private SweepPlanText() {}

  static String of(SweepPlan plan) {
    SweepSpec spec = plan.spec();
    StringBuilder text = new StringBuilder();
    int count = spec.trials().size();
    int atOnce = spec.limits().maxConcurrent();
    line(
        text,
        "%s: %s, %d at once, %s each",
        spec.name(),
        counted(count, "trial"),
        atOnce,
        counted(spec.threads(), "thread"));
    spec.ranges().forEach((key, range) -> line(text, "  %s: %s", key, range));
    text.append('\n');
    table(text, plan);
    text.append('\n');
    totals(text, plan, count, atOnce);
    return text.toString();
  }

  private static void table(StringBuilder text, SweepPlan plan) {
    List<String> params =
        plan.spec().ranges().keySet().stream().filter(key -> !key.equals("seed")).toList();
    Map<String, String> shortKeys = ShortKeys.of(params);
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>();
    head.add("trial");
    params.forEach(key -> head.add(shortKeys.getOrDefault(key, key)));
    head.addAll(List.of("seed", "status", "parameters", "memory", "time"));
    for (StageName stage : StageName.values()) {
      head.add(stage.id());
    }
    rows.add(head);
    plan.trials().forEach(trial -> rows.add(row(trial, params)));
    int[] widths = new int[head.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.min(WIDEST, Math.max(widths[i], row.get(i).length()));
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(String.format(Locale.ROOT, "%-" + widths[i] + "s  ", row.get(i)));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
  }

  private static List<String> row(SweepPlan.Trial trial, List<String> params) {
    List<String> row = new ArrayList<>();
    row.add(trial.spec().id());
    params.forEach(key -> row.add(trial.spec().params().getOrDefault(key, "-")));
    row.add(String.valueOf(trial.spec().seed()));
    row.add(trial.status().id());
    row.add(String.format(Locale.ROOT, "%,d", trial.plan().parameters().total()));
    row.add(megabytes(trial.plan().memory().total()));
    row.add(time(trial.seconds()));
    for (StageName stage : StageName.values()) {
      row.add(word(trial.stages().getOrDefault(stage, Standing.UNKNOWN)));
    }
    return row;
  }

  private static String word(Standing standing) {
    return switch (standing) {
      case TO_DO -> "to do";
      case CACHED -> "cached";
      case SHARED -> "shared";
      case SKIPPED -> "skipped";
      case UNKNOWN -> "no raw data";
    };
  }

  private static void totals(StringBuilder text, SweepPlan plan, int count, int atOnce) {
    if (plan.seconds() == null) {
      line(text, "Nothing was measured (--no-calibration), so there are no times.");
    } else {
      line(
          text,
          "About %s for %s, %d at once, by a few training steps of %s on random images%s, with nothing beside them.",
          time(plan.seconds()),
          counted(count, "trial"),
          atOnce,
          counted(plan.calibrations(), "model"),
          plan.wholeBatches() ? "" : " (of large models with part of a batch, scaled up)");
      if (plan.load() >= 1) {
        String busy = "Other programs wanted %.1f cores meanwhile: times are too long, or uneven.";
        line(text, busy, plan.load());
      }
      line(
          text,
          "In it: the training steps%s. Not in it: start-up, data, pretraining, validation, pictures.",
          plan.evaluationKnown()
              ? " and the evaluation's bounds"
              : "; the evaluation only where evaluation.images says how many are scored");
    }
    line(
        text,
        "Memory of %d at once: %s of the %s that are free here, beside their Java machines and libraries%s",
        Math.min(atOnce, count),
        megabytes(plan.memoryBytes()),
        megabytes(plan.freeBytes()),
        plan.memoryBytes() > plan.freeBytes()
            ? ": too much; lower limits.max-concurrent, or the batch"
            : "");
  }

  private static String counted(int count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,d MB", bytes >> 20);
  }

  private static String time(@Nullable Double seconds) {
    if (seconds == null) {
      return "-";
    }
    if (seconds < 100) {
      return String.format(Locale.ROOT, "%.0f s", seconds);
    }
    return seconds < 6000
        ? String.format(Locale.ROOT, "%.0f min", seconds / 60)
        : String.format(Locale.ROOT, "%,.1f h", seconds / 3600);
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
