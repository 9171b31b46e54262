package io.flowpp.platform.cli;

import io.flowpp.platform.regression.AcceptBaseline;
import io.flowpp.platform.regression.BaselineChange;
import io.flowpp.platform.regression.CheckResult;
import io.flowpp.platform.regression.MarkdownSummary;
import io.flowpp.platform.regression.RegressionList;
import io.flowpp.platform.regression.RegressionResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What people read of the gate. */
final class RegressText {
  private RegressText() {}

  static String check(RegressionResult result, Path junit) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("check", "experiment", "baseline", "now", "tolerance", "verdict"));
    for (CheckResult check : result.checks()) {
      rows.add(
          List.of(
              check.name(),
              check.experiment(),
              MarkdownSummary.value(check, check.baseline()),
              MarkdownSummary.value(check, check.value()),
              MarkdownSummary.tolerance(check),
              check.verdict().id()));
    }
    StringBuilder text = new StringBuilder(table(rows));
    text.append('\n');
    Map<String, String> said = new LinkedHashMap<>();
    for (CheckResult check : result.checks()) {
      String who = check.experiment() + " " + check.name();
      said.merge(check.words(), who, (before, more) -> before + ", " + more);
    }
    said.forEach((words, who) -> text.append(who).append(": ").append(words).append('\n'));
    text.append('\n')
        .append(result.regression())
        .append(": ")
        .append(MarkdownSummary.verdict(result));
    text.append(". ").append(MarkdownSummary.answer(result)).append('\n');
    if (result.baseline() != null) {
      text.append("baseline of ").append(result.baseline().origin());
      text.append(": ").append(result.baseline().reason()).append('\n');
    }
    text.append("junit    ").append(junit).append('\n');
    return text.toString();
  }

  static String accepted(AcceptBaseline.Accepted accepted) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("check", "experiment", "was", "is"));
    for (BaselineChange change : accepted.changes()) {
      rows.add(
          List.of(
              change.name(),
              change.experiment(),
              change.before() == null ? "-" : number(change.before()),
              number(change.after())));
    }
    StringBuilder text = new StringBuilder(table(rows));
    text.append("\naccepted as ").append(accepted.file()).append('\n');
    accepted.models().forEach(model -> text.append("alias    ").append(model).append('\n'));
    text.append("commit that file with the change it belongs to\n");
    return text.toString();
  }

  static String list(RegressionList list) {
    if (list.regressions().isEmpty()) {
      return "no regression files; see docs/REGRESSION.md";
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("name", "experiments", "baseline", "file"));
    for (RegressionList.Row row : list.regressions()) {
      String problem = row.problem();
      String accepted = row.accepted();
      rows.add(
          List.of(
              row.name(),
              String.join(", ", row.experiments()),
              problem != null
                  ? problem
                  : accepted == null ? "none" : accepted + ": " + row.reason(),
              row.file().toString()));
    }
    return table(rows);
  }

  private static String number(double value) {
    return Math.abs(value) >= 1e4
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.4f", value);
  }

  private static String table(List<List<String>> rows) {
    int columns = rows.get(0).size();
    int[] width = new int[columns];
    rows.forEach(
        row -> {
          for (int i = 0; i < columns; i++) {
            width[i] = Math.max(width[i], row.get(i).length());
          }
        });
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i)).append(" ".repeat(width[i] - row.get(i).length() + 2));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
