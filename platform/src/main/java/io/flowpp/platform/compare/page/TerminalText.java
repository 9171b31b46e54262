package io.flowpp.platform.compare.page;

import io.flowpp.platform.compare.Arm;
import io.flowpp.platform.compare.Comparison;
import io.flowpp.platform.compare.Comparison.Against;
import io.flowpp.platform.compare.Comparison.Row;
import io.flowpp.platform.compare.Comparison.Scope;
import io.flowpp.platform.compare.Comparison.View;
import io.flowpp.platform.report.Columns;
import io.flowpp.platform.report.Show;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** For a terminal of {@value #WIDTH} columns: the answer first. */
final class TerminalText {
  static final int WIDTH = 100;
  private static final int LEAST_NAME = 8;
  private static final char TIE = '\u00a0';

  private final Comparison comparison;
  private final Numbers numbers;
  private final StringBuilder text = new StringBuilder();

  private TerminalText(Comparison comparison) {
    this.comparison = comparison;
    numbers = new Numbers(comparison);
  }

  static String of(Comparison comparison) {
    return new TerminalText(comparison).write();
  }

  private String write() {
    wrapped("", ShortNames.line(comparison.title()));
    wrapped("", Answer.headline(comparison) + " (" + comparison.metric() + ")");
    text.append('\n');
    for (Row row : Answer.rows(comparison)) {
      Against against = row.against();
      if (against != null) {
        wrapped("  ", Answer.sentence(against) + " " + together(Answer.figures(numbers, against)));
      }
    }
    for (String warning : comparison.warnings()) {
      text.append('\n');
      wrapped("  ", "warning: " + ShortNames.line(warning));
    }
    comparison.views().forEach(this::view);
    differences();
    return text.toString();
  }

  private void view(View view) {
    text.append('\n');
    wrapped("", ShortNames.line(view.name() + ": " + view.question()));
    if (!view.rows().isEmpty()) {
      table(view.rows());
    }
    Answer.left(comparison, view)
        .forEach((arm, why) -> wrapped("  ", ShortNames.line(arm + " left out: " + why)));
    if (view.rows().stream().anyMatch(TerminalText::ofModels)) {
      wrapped("  ", "* these trained models only: with one seed, nothing on the methods");
    }
  }

  private void table(List<Row> rows) {
    List<String[]> cells = new ArrayList<>();
    cells.add(
        new String[] {
          "",
          "seeds",
          "mean",
          "delta",
          Numbers.percent(1 - comparison.rules().level()) + " interval",
          "p",
          "p adj.",
          "verdict",
          "needed"
        });
    for (Row row : rows) {
      Against against = row.against();
      cells.add(
          new String[] {
            "",
            Show.count(row.seeds()),
            numbers.value(row.mean()),
            against == null ? "" : numbers.change(against.delta()),
            against == null ? "" : numbers.changes(against.interval()),
            against == null ? "" : Numbers.p(against.p()),
            against == null ? "" : Numbers.p(against.pAdjusted()),
            Tables.verdict(row) + (ofModels(row) ? "*" : ""),
            against == null ? "" : Tables.seedsNeeded(row)
          });
    }
    String sides = "lrrrlrrlr";
    int taken =
        Arrays.stream(Columns.align(cells, sides).split("\n", -1))
            .mapToInt(String::length)
            .max()
            .orElse(0);
    ShortNames names = names(WIDTH - taken - 2);
    for (int i = 0; i < rows.size(); i++) {
      cells.get(i + 1)[0] = names.of(rows.get(i).group());
    }
    text.append(Columns.align(cells, sides));
  }

  private void differences() {
    List<Differences> all = Differences.of(comparison);
    if (all.isEmpty()) {
      return;
    }
    text.append("\nwhat differs from the baseline\n");
    ShortNames names = names(WIDTH / 3);
    String arm = "";
    for (Differences each : all) {
      if (!each.arm().equals(arm)) {
        arm = each.arm();
        text.append("  ").append(names.of(arm)).append('\n');
      }
      wrapped(
          "    ",
          ShortNames.line(
              each.parameter().isEmpty()
                  ? "nothing"
                  : each.parameter()
                      + ": "
                      + each.value()
                      + " (baseline "
                      + each.baseline()
                      + ")"));
    }
  }

  private ShortNames names(int room) {
    return new ShortNames(
        comparison.arms().stream().map(Arm::name).toList(), Math.max(LEAST_NAME, room));
  }

  private static boolean ofModels(Row row) {
    return row.against() != null && row.against().scope() == Scope.MODELS;
  }

  /** As one word, so that no line ends within it. */
  private static String together(String words) {
    return words.replace(' ', TIE);
  }

  /** Broken between words, and within what is longer than a line; further lines stand deeper. */
  private void wrapped(String indent, String words) {
    StringBuilder line = new StringBuilder(indent);
    String deeper = indent + "  ";
    for (String whole : words.split(" ", -1)) {
      String word = whole;
      boolean first = line.toString().isBlank();
      if (!first && line.length() + 1 + word.length() > WIDTH) {
        text.append(line.toString().replace(TIE, ' ')).append('\n');
        line = new StringBuilder(deeper);
        first = true;
      }
      while (line.length() + word.length() > WIDTH) {
        int room = WIDTH - line.length();
        text.append(line).append(word, 0, room).append('\n');
        word = word.substring(room);
        line = new StringBuilder(deeper);
      }
      line.append(first ? "" : " ").append(word);
    }
    text.append(line.toString().replace(TIE, ' ')).append('\n');
  }
}
