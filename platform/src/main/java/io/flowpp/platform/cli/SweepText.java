package io.flowpp.platform.cli;

import io.flowpp.platform.execution.StageProgress;
import io.flowpp.platform.sweep.Cause;
import io.flowpp.platform.sweep.Progress;
import io.flowpp.platform.sweep.SweepResult;
import io.flowpp.platform.sweep.SweepState;
import io.flowpp.platform.sweep.TrialSpec;
import io.flowpp.platform.sweep.TrialState;
import io.flowpp.platform.sweep.TrialStatus;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Sweeps and their trials in words. */
final class SweepText {
  private SweepText() {}

  /** {@code 3f2a91c0 ablation=affine seed 1}. */
  static String label(TrialSpec trial) {
    return label(trial.id(), trial.params(), trial.seed());
  }

  /** {@code 3 done, 1 failed, 4 pending}. */
  static String counts(List<TrialState> trials) {
    Map<TrialStatus, Long> counts = new TreeMap<>();
    trials.forEach(trial -> counts.merge(trial.status(), 1L, Long::sum));
    return counts.entrySet().stream()
        .map(count -> count.getValue() + " " + count.getKey().id())
        .collect(Collectors.joining(", "));
  }

  static String counts(SweepResult result) {
    return result.counts().entrySet().stream()
        .map(count -> count.getValue() + " " + count.getKey())
        .collect(Collectors.joining(", "));
  }

  /** A line for each trial that is being worked on, then an empty one; nothing where none is. */
  static String working(List<TrialState> trials) {
    String lines =
        trials.stream()
            .filter(trial -> trial.status() == TrialStatus.RUNNING)
            .map(SweepText::progress)
            .collect(Collectors.joining("\n"));
    return lines.isEmpty() ? "" : lines + "\n\n";
  }

  /** Such as {@code 3f2a91c0 ablation=affine seed 1 train-flow step 40/300 4.2 bits/dim}. */
  static String progress(TrialState trial) {
    Progress progress = Progress.of(trial);
    StringBuilder text = new StringBuilder(label(trial.spec())).append("  ");
    if (progress == null) {
      return text.append("starting").toString();
    }
    text.append(progress.stage());
    if (progress.total() > 0) {
      text.append(
          String.format(
              Locale.ROOT, "  %s %d/%d", progress.unit(), progress.done(), progress.total()));
    }
    if (progress.bpd() != null) {
      text.append(String.format(Locale.ROOT, "  %.3f bits/dim", progress.bpd()));
    }
    if (progress.secondsLeft() != null) {
      text.append("  ").append(StageProgress.clock(progress.secondsLeft())).append(" left");
    }
    return text.toString();
  }

  static @Nullable Double metric(SweepState sweep, TrialState trial) {
    SweepResult.Trial one = SweepResult.of(sweep, List.of(trial), null).trials().get(0);
    return one.metrics().get(sweep.spec().metric().name());
  }

  /** The whole sweep: a line for each trial, what failed and why, what was best. */
  static String result(SweepResult result) {
    StringBuilder text = new StringBuilder();
    int width = result.trials().stream().mapToInt(trial -> label(trial).length()).max().orElse(0);
    for (SweepResult.Trial trial : result.trials()) {
      Double value = trial.metrics().get(result.metric());
      text.append(
          String.format(
              Locale.ROOT,
              "%-" + Math.max(1, width) + "s  %-9s  %s%s%n",
              label(trial),
              trial.status(),
              value == null ? "" : String.format(Locale.ROOT, "%.4f", value),
              trial.id().equals(result.best()) ? "  best" : ""));
    }
    causes(result, text);
    text.append('\n').append(result.sweep()).append(": ");
    text.append(counts(result));
    text.append("  (").append(result.metric()).append(")\n");
    if (result.ended() != null) {
      text.append(result.ended()).append('\n');
    }
    if (result.page() != null) {
      text.append("trials  ").append(result.page()).append('\n');
    }
    return text.toString();
  }

  private static void causes(SweepResult result, StringBuilder text) {
    List<SweepResult.Trial> failed =
        result.trials().stream().filter(trial -> trial.status().equals("failed")).toList();
    if (failed.isEmpty()) {
      return;
    }
    text.append("\nwhat failed\n");
    for (SweepResult.Trial trial : failed) {
      Cause cause = trial.cause();
      text.append("  ").append(label(trial));
      text.append("  after ").append(trial.attempts()).append(" attempts");
      if (cause != null) {
        text.append("  ").append(cause.kind()).append(": ").append(cause.message());
        text.append(cause.log() == null ? "" : "\n    " + cause.log());
      }
      text.append('\n');
    }
  }

  private static String label(SweepResult.Trial trial) {
    return label(trial.id(), trial.params(), trial.seed());
  }

  private static String label(String id, Map<String, String> params, long seed) {
    String values =
        params.entrySet().stream()
            .map(e -> e.getKey().substring(e.getKey().lastIndexOf('.') + 1) + "=" + e.getValue())
            .collect(Collectors.joining(" "));
    return id + (values.isEmpty() ? "" : " " + values) + " seed " + seed;
  }
}
