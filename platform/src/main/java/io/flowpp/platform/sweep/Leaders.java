package io.flowpp.platform.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A sweep's trials as tables, best first; those that are not done after them. */
final class Leaders {
  private static final int ON_THE_PAGE = 10;

  private Leaders() {}

  /** What people read on the sweep's page. */
  static String note(SweepState sweep, SweepResult result) {
    String counts =
        result.counts().entrySet().stream()
            .map(e -> e.getValue() + " " + e.getKey())
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "**%d trials**: %s. By `%s`, best first:%n%n%s%nTo go on with it: `./flowpp sweep resume %s`%n",
        result.trials().size(),
        counts,
        result.metric(),
        table(sweep, result, ON_THE_PAGE),
        sweep.file());
  }

  /** As Markdown. */
  static String table(SweepState sweep, SweepResult result, int rows) {
    List<String> params = params(result);
    StringBuilder table = new StringBuilder("| |");
    params.forEach(name -> table.append(' ').append(name).append(" |"));
    table.append(" seed | ").append(result.metric()).append(" |\n|---|");
    params.forEach(name -> table.append("---|"));
    table.append("---|---|\n");
    int place = 0;
    for (SweepResult.Trial trial : ordered(sweep, result)) {
      if (place++ == rows) {
        table.append("\n").append(result.trials().size() - rows).append(" more\n");
        break;
      }
      Double value = trial.metrics().get(result.metric());
      table.append("| ").append(value == null ? "" : place).append(" |");
      params.forEach(
          name ->
              table.append(' ').append(cell(trial.params().getOrDefault(name, ""))).append(" |"));
      table.append(' ').append(trial.seed()).append(" | ");
      table.append(value == null ? trial.status() : String.format(Locale.ROOT, "%.4f", value));
      table.append(" |\n");
    }
    return table.toString();
  }

  /** As comma-separated values with full precision. */
  static String csv(SweepState sweep, SweepResult result) {
    List<String> params = params(result);
    StringBuilder csv = new StringBuilder("trial,name,status");
    params.forEach(name -> csv.append(',').append(quoted(name)));
    csv.append(",seed,").append(quoted(result.metric())).append(",run_id,mlflow_run_id\n");
    for (SweepResult.Trial trial : ordered(sweep, result)) {
      csv.append(trial.id()).append(',').append(quoted(trial.name()));
      csv.append(',').append(trial.status());
      Map<String, String> values = trial.params();
      params.forEach(name -> csv.append(',').append(quoted(values.getOrDefault(name, ""))));
      Double value = trial.metrics().get(result.metric());
      csv.append(',').append(trial.seed()).append(',').append(value == null ? "" : value);
      csv.append(',').append(orEmpty(trial.runId()));
      csv.append(',').append(orEmpty(trial.mlflowRunId())).append('\n');
    }
    return csv.toString();
  }

  private static List<String> params(SweepResult result) {
    return result.trials().stream()
        .flatMap(trial -> trial.params().keySet().stream())
        .distinct()
        .toList();
  }

  private static List<SweepResult.Trial> ordered(SweepState sweep, SweepResult result) {
    List<SweepResult.Trial> all =
        new ArrayList<>(SweepResult.ranked(result.trials(), sweep.spec().metric()));
    result.trials().stream().filter(trial -> !all.contains(trial)).forEach(all::add);
    return all;
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static String quoted(String text) {
    return text.matches("[^,\"\\r\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
