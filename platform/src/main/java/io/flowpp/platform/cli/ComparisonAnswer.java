package io.flowpp.platform.cli;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.flowpp.platform.compare.Comparison;
import io.flowpp.platform.compare.Comparison.Against;
import io.flowpp.platform.compare.ComparisonFiles;
import io.flowpp.platform.compare.page.ComparisonWriter;
import io.flowpp.platform.compare.statistics.Interval;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code flowpp compare --json} prints.
 *
 * @param rows of the first view: the end of training
 * @param report compare.html
 * @param tracked synced, pending or offline; null where no sweep's run takes it
 */
record ComparisonAnswer(
    String title,
    String metric,
    String baseline,
    double margin,
    List<Row> rows,
    List<View> views,
    Map<String, Map<String, String>> differing,
    List<String> warnings,
    String report,
    String markdown,
    String csv,
    @Nullable String tracked,
    @JsonIgnore Comparison comparison) {

  /**
   * Figures of the baseline's own row, and those that cannot be had, are null; so are the ends of
   * an interval that has none.
   */
  record Row(
      String group,
      int seeds,
      int images,
      double mean,
      @Nullable Double ciLow,
      @Nullable Double ciHigh,
      @Nullable Double delta,
      @Nullable Double deltaCiLow,
      @Nullable Double deltaCiHigh,
      @Nullable Double p,
      @Nullable Double pAdjusted,
      @Nullable Double pEquivalent,
      @Nullable String verdict,
      @Nullable String scope,
      @Nullable Integer seedsNeeded,
      @Nullable String words) {

    static Row of(Comparison.Row row) {
      Against against = row.against();
      Interval delta = against == null ? null : against.interval();
      return new Row(
          row.group(),
          row.seeds(),
          row.images(),
          row.mean(),
          low(row.interval()),
          high(row.interval()),
          against == null ? null : against.delta(),
          low(delta),
          high(delta),
          against == null ? null : against.p(),
          against == null ? null : against.pAdjusted(),
          against == null ? null : against.pEquivalent(),
          against == null ? null : against.verdict().id(),
          against == null ? null : against.scope().name().toLowerCase(Locale.ROOT),
          against == null ? null : against.seedsNeeded(),
          against == null ? null : against.words());
    }

    private static @Nullable Double low(@Nullable Interval interval) {
      return interval == null || !Double.isFinite(interval.low()) ? null : interval.low();
    }

    private static @Nullable Double high(@Nullable Interval interval) {
      return interval == null || !Double.isFinite(interval.high()) ? null : interval.high();
    }
  }

  /**
   * @param left arms that the question cannot be asked of, each with why
   */
  record View(String name, String question, List<Row> rows, Map<String, String> left) {
    static View of(Comparison.View view) {
      return new View(
          view.name(), view.question(), view.rows().stream().map(Row::of).toList(), view.left());
    }
  }

  static ComparisonAnswer of(
      Comparison comparison, ComparisonFiles files, @Nullable String tracked) {
    List<View> views = comparison.views().stream().map(View::of).toList();
    return new ComparisonAnswer(
        comparison.title(),
        comparison.metric(),
        comparison.baseline().name(),
        comparison.rules().margin(),
        views.get(0).rows(),
        views,
        comparison.differing(),
        comparison.warnings(),
        files.html().toString(),
        files.markdown().toString(),
        files.csv().toString(),
        tracked,
        comparison);
  }

  static String text(ComparisonAnswer answer) {
    return ComparisonWriter.terminal(answer.comparison())
        + "\nreport  "
        + answer.report()
        + (answer.tracked() == null ? "" : "\nMLflow  " + answer.tracked());
  }
}
