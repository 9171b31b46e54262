package io.flowpp.platform.compare.page;

import io.flowpp.platform.compare.Arm;
import io.flowpp.platform.compare.ComparedRun;
import io.flowpp.platform.compare.Comparison;
import io.flowpp.platform.compare.Comparison.Against;
import io.flowpp.platform.compare.Comparison.Row;
import io.flowpp.platform.compare.Comparison.Scope;
import io.flowpp.platform.compare.Comparison.View;
import io.flowpp.platform.compare.statistics.ImagePairs;
import java.util.List;
import java.util.stream.Collectors;

/** For a pull request: the verdicts in words first, then the tables. */
final class MarkdownText {
  private final Comparison comparison;
  private final Numbers numbers;
  private final StringBuilder text = new StringBuilder();

  private MarkdownText(Comparison comparison) {
    this.comparison = comparison;
    numbers = new Numbers(comparison);
  }

  static String of(Comparison comparison) {
    return new MarkdownText(comparison).write();
  }

  private String write() {
    line("## " + escape(comparison.title()));
    line("");
    line("**" + escape(Answer.headline(comparison)) + "**");
    line("");
    answer();
    warnings();
    for (int i = 0; i < comparison.views().size(); i++) {
      view(comparison.views().get(i), i > 0);
    }
    differences();
    images();
    method();
    runs();
    return text.toString();
  }

  private void answer() {
    for (Row row : Answer.rows(comparison)) {
      Against against = row.against();
      if (against != null) {
        String only = against.scope() == Scope.MODELS ? " *(these models only)*" : "";
        line(
            "- **"
                + Verdicts.words(against.verdict())
                + "**"
                + only
                + ": "
                + escape(Answer.sentence(against))
                + " Difference "
                + escape(Answer.figures(numbers, against))
                + unit()
                + ".");
      }
    }
    line("");
    String baseline = Answer.baseline(comparison, numbers);
    if (!baseline.isEmpty()) {
      line(escape(baseline));
      line("");
    }
  }

  private void warnings() {
    if (comparison.warnings().isEmpty()) {
      return;
    }
    line("> [!WARNING]");
    for (String warning : comparison.warnings()) {
      line("> - " + escape(warning));
    }
    line("");
  }

  private void view(View view, boolean further) {
    line("### " + escape(view.name()));
    line("");
    line(escape(view.question()));
    line("");
    if (!view.rows().isEmpty()) {
      table(
          ":--|--:|--:|--:|:--|--:|:--|--:|--:|:--|--:",
          "arm",
          "seeds",
          "images",
          "mean",
          level() + " interval",
          "difference",
          level() + " interval",
          "p",
          "adjusted p",
          "verdict",
          "seeds needed");
      view.rows().forEach(this::row);
      line("");
    }
    Answer.left(comparison, view)
        .forEach((arm, why) -> line("- " + escape(arm) + " left out: " + escape(why)));
    if (!view.left().isEmpty()) {
      line("");
    }
    if (further) {
      return;
    }
    line("Differences are the arm's less the baseline's; " + good() + " is better.");
    line("");
  }

  private void row(Row row) {
    Against against = row.against();
    boolean models = against != null && against.scope() == Scope.MODELS;
    String verdict = Tables.verdict(row);
    cells(
        row.group(),
        String.valueOf(row.seeds()),
        Tables.images(row),
        numbers.value(row.mean()),
        numbers.interval(row.interval()),
        against == null ? Numbers.NOTHING : numbers.change(against.delta()),
        against == null ? Numbers.NOTHING : numbers.changes(against.interval()),
        against == null ? Numbers.NOTHING : Numbers.p(against.p()),
        against == null ? Numbers.NOTHING : Numbers.p(against.pAdjusted()),
        models ? verdict + " (these models only)" : verdict,
        Tables.seedsNeeded(row));
  }

  private void differences() {
    List<Differences> differences = Differences.of(comparison);
    if (differences.isEmpty()) {
      return;
    }
    line("### What differs");
    line("");
    table(":--|:--|:--|:--", "arm", "parameter", "value", "baseline");
    for (Differences each : differences) {
      boolean nothing = each.parameter().isEmpty();
      cells(each.arm(), nothing ? "nothing" : each.parameter(), each.value(), each.baseline());
    }
    line("");
  }

  private void images() {
    List<Row> rows =
        Answer.rows(comparison).stream()
            .filter(row -> row.against() != null && row.against().images() != null)
            .toList();
    if (rows.isEmpty()) {
      return;
    }
    details("Image by image (description, not evidence)");
    line(escape(Method.OF_IMAGES));
    line("");
    table(
        ":--|--:|--:|:--|--:",
        "arm",
        "images",
        "difference",
        "bootstrap " + level() + " interval",
        "Wilcoxon p");
    for (Row row : rows) {
      Against against = row.against();
      ImagePairs pairs = against == null ? null : against.images();
      if (pairs != null) {
        cells(
            row.group(),
            String.valueOf(pairs.images()),
            numbers.change(pairs.delta()),
            numbers.changes(pairs.interval()),
            Numbers.p(pairs.wilcoxonP()));
      }
    }
    line("");
    line("</details>");
    line("");
  }

  private void method() {
    details("Method");
    Method.lines(comparison).forEach(each -> line("- " + escape(each)));
    line("");
    line("</details>");
    line("");
  }

  private void runs() {
    details("Runs");
    table(":--|--:|:--|--:|:--", "arm", "seed", "run", comparison.metric(), "trained for");
    for (Arm arm : comparison.arms()) {
      for (ComparedRun run : arm.runs()) {
        cells(
            arm.name(),
            String.valueOf(run.seed()),
            run.runId(),
            numbers.value(run.metrics().getOrDefault(comparison.metric(), Double.NaN)),
            Answer.time(run));
      }
    }
    line("");
    line("</details>");
  }

  private void details(String summary) {
    line("<details><summary>" + summary + "</summary>");
    line("");
  }

  private void table(String alignment, String... header) {
    cells(header);
    line("|" + alignment + "|");
  }

  private void cells(String... cells) {
    line(
        List.of(cells).stream()
            .map(MarkdownText::escape)
            .collect(Collectors.joining(" | ", "| ", " |")));
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  private String unit() {
    return comparison.unit().isEmpty() ? "" : " " + escape(comparison.unit());
  }

  private String level() {
    return Numbers.percent(1 - comparison.rules().level());
  }

  private String good() {
    return switch (comparison.rules().better()) {
      case LOWER -> "lower";
      case HIGHER -> "higher";
    };
  }

  /**
   * As written, on one line: no cell ends early, nothing becomes markup, and nobody is called and
   * no other issue is linked to by a name with {@code @} or {@code #}.
   */
  static String escape(String text) {
    return ShortNames.line(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replaceAll("([\\\\`*_~\\[\\]|$])", "\\\\$1")
        .replaceAll("([@#])(?=\\w)", "$1<!-- -->");
  }
}
