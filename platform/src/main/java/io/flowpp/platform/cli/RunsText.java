package io.flowpp.platform.cli;

import io.flowpp.platform.execution.RunCatalogue;
import io.flowpp.platform.tracking.NotSent;
import io.flowpp.platform.tracking.RunHistory;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs as people read them. */
final class RunsText {
  static final String REFERENCE =
      "A run id or its beginning, a run's name (the latest), an MLflow run id, or models:/NAME@ALIAS.";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneId.systemDefault());

  private RunsText() {}

  static String line(RunCatalogue.Row run) {
    String stage = run.status().equals("finished") || run.stage() == null ? "" : run.stage();
    return String.format(
            Locale.ROOT,
            "%-40s %-11s %s  %s%s%s",
            run.runId(),
            run.status(),
            TIME.format(run.changed()),
            score(run.metrics()),
            stage.isEmpty() ? "" : "after " + stage,
            run.pending() == 0 ? "" : "  (" + run.pending() + " events not sent)")
        .stripTrailing();
  }

  /** A line each; nothing where there is none. */
  static String notSent(List<NotSent> artifacts) {
    return artifacts.stream()
        .map(
            one ->
                "not on the server: "
                    + one.path()
                    + " of "
                    + one.run()
                    + ": "
                    + one.reason()
                    + '\n')
        .collect(Collectors.joining());
  }

  private static String score(Map<String, Double> metrics) {
    @Nullable Double test = metrics.get("final/test_bpd");
    return test == null ? "" : String.format(Locale.ROOT, "%.4f bits/dim", test);
  }

  static String whole(RunCatalogue.Shown shown) {
    StringBuilder text = new StringBuilder(line(shown.run())).append('\n');
    for (RunHistory run : shown.tracked()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%n%s: %s, from %s to %s%n",
              run.name(),
              run.status() == null ? "open" : run.status().name().toLowerCase(Locale.ROOT),
              TIME.format(run.startedAt()),
              TIME.format(run.lastSign())));
      new TreeMap<>(run.metrics())
          .forEach(
              (name, curve) ->
                  text.append(
                      String.format(
                          Locale.ROOT,
                          "  %-28s %-12.6g%s%n",
                          name,
                          curve.last(),
                          curve.points() == 1
                              ? ""
                              : " " + curve.points() + " points to step " + curve.step())));
      run.artifacts().forEach(file -> text.append("  ").append(file.path()).append('\n'));
    }
    if (!shown.run().notSent().isEmpty()) {
      text.append('\n').append(notSent(shown.run().notSent()));
    }
    if (shown.run().page() != null) {
      text.append('\n').append(shown.run().page()).append('\n');
    }
    return text.toString();
  }
}
