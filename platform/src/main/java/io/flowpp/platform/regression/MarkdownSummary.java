package io.flowpp.platform.regression;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A check for people who read it on a pull request or a job's page: the answer first. */
public final class MarkdownSummary {
  private MarkdownSummary() {}

  public static String of(RegressionResult result) {
    StringBuilder text = new StringBuilder();
    text.append("### Regression `")
        .append(result.regression())
        .append("`: ")
        .append(verdict(result))
        .append("\n\n")
        .append(answer(result))
        .append("\n\n");
    text.append("| check | experiment | baseline | now | tolerance | verdict | |\n");
    text.append("|---|---|---:|---:|---:|---|---|\n");
    for (CheckResult check : result.checks()) {
      text.append("| ")
          .append(check.name())
          .append(" | ")
          .append(cell(check.experiment()))
          .append(" | ")
          .append(value(check, check.baseline()))
          .append(" | ")
          .append(value(check, check.value()))
          .append(" | ")
          .append(tolerance(check))
          .append(" | ")
          .append(shown(check.verdict()))
          .append(" | ")
          .append(cell(check.words()))
          .append(" |\n");
    }
    text.append('\n').append(foot(result)).append('\n');
    return text.toString();
  }

  /** In one word, and how much of what was asked it is not about. */
  public static String verdict(RegressionResult result) {
    int left = named(result, Judgement.SKIPPED).size();
    return result.verdict().id()
        + (left == 0 ? "" : ", but " + left + " of " + result.checks().size() + " CHECKS NOT MADE");
  }

  public static String answer(RegressionResult result) {
    List<String> bad =
        result.checks().stream()
            .filter(check -> check.verdict() == Judgement.FAIL && !check.broken())
            .map(MarkdownSummary::name)
            .toList();
    List<String> broken =
        result.checks().stream().filter(CheckResult::broken).map(MarkdownSummary::name).toList();
    List<String> open = named(result, Judgement.INVESTIGATE);
    List<String> skipped = named(result, Judgement.SKIPPED);
    String also =
        (broken.isEmpty()
                ? ""
                : " Not compared, since a run failed: " + String.join(", ", broken) + ".")
            + (skipped.isEmpty()
                ? ""
                : " NOT CHECKED on this machine: "
                    + String.join(", ", skipped)
                    + ". For a baseline of its own: flowpp regress accept "
                    + result.file()
                    + " --reason TEXT");
    return switch (result.verdict()) {
      case PASS ->
          (skipped.isEmpty()
                  ? "Nothing has become worse."
                  : "Nothing that was compared has become worse.")
              + also;
      case FAIL ->
          (bad.isEmpty()
                  ? "Runs failed."
                  : "Worse than the baseline: " + String.join(", ", bad) + ".")
              + (open.isEmpty() ? "" : " To be looked at: " + String.join(", ", open) + ".")
              + also;
      default ->
          (result.baseline() == null
                  ? "There is no baseline, so nothing can be said."
                  : open.isEmpty()
                      ? "Nothing could be compared."
                      : "Somebody has to look at: " + String.join(", ", open) + ".")
              + also;
    };
  }

  private static List<String> named(RegressionResult result, Judgement verdict) {
    return result.checks().stream()
        .filter(check -> check.verdict() == verdict)
        .map(MarkdownSummary::name)
        .toList();
  }

  private static String name(CheckResult check) {
    return check.name() + " of " + check.experiment();
  }

  private static String shown(Judgement verdict) {
    return verdict == Judgement.PASS || verdict == Judgement.SKIPPED
        ? verdict.id()
        : "**" + verdict.id() + "**";
  }

  private static String foot(RegressionResult result) {
    Platform platform = result.platform();
    Baseline baseline = result.baseline();
    String here =
        String.format(
            Locale.ROOT,
            "%.0f s on %s, %s, libtorch %s.",
            result.seconds(),
            cell(platform.processor()),
            platform.instructions(),
            platform.libtorch());
    return baseline == null
        ? here
        : here + " Baseline: " + baseline.origin() + " (" + cell(baseline.reason()) + ").";
  }

  public static String value(CheckResult check, @Nullable Double value) {
    if (value == null) {
      return "";
    }
    return switch (check.name()) {
      case "quality" -> String.format(Locale.ROOT, "%.4f", value);
      case "exactness" -> String.format(Locale.ROOT, "%.0f seeds", value);
      case "speed" -> String.format(Locale.ROOT, "%.1f", value);
      case "memory" -> String.format(Locale.ROOT, "%.0f MB", value / 1e6);
      default -> String.format(Locale.ROOT, "%.3f", value);
    };
  }

  public static String tolerance(CheckResult check) {
    Double tolerance = check.tolerance();
    if (tolerance == null || check.name().equals("exactness")) {
      return "";
    }
    boolean relative = check.name().equals("speed") || check.name().equals("memory");
    return relative
        ? String.format(Locale.ROOT, "%.0f%%", 100 * tolerance)
        : String.format(Locale.ROOT, "%s", tolerance);
  }

  /** What stands in a table's cell and is nobody's markup. */
  private static String cell(String text) {
    return text.replaceAll("\\s+", " ")
        .replace("\\", "\\\\")
        .replace("|", "\\|")
        .replace("<", "&lt;")
        .replace("`", "'")
        .replace("*", "\\*");
  }
}
