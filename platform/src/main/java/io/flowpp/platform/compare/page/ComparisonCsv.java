package io.flowpp.platform.compare.page;

import io.flowpp.platform.compare.Comparison;
import io.flowpp.platform.compare.Comparison.Against;
import io.flowpp.platform.compare.Comparison.Row;
import io.flowpp.platform.compare.Comparison.View;
import io.flowpp.platform.compare.statistics.Interval;
import java.io.IOException;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;

/**
 * Every row of every view in full precision. A field is empty where there is no such number; an
 * interval without an end has {@code Infinity} there.
 */
final class ComparisonCsv {
  static final CSVFormat FORMAT =
      CSVFormat.DEFAULT
          .builder()
          .setHeader(
              "view",
              "group",
              "seeds",
              "images",
              "mean",
              "ci_low",
              "ci_high",
              "delta",
              "delta_ci_low",
              "delta_ci_high",
              "p",
              "p_adjusted",
              "p_equivalent",
              "verdict",
              "scope",
              "seeds_needed")
          .setRecordSeparator('\n')
          .get();

  private ComparisonCsv() {}

  static String of(Comparison comparison) throws IOException {
    StringBuilder text = new StringBuilder();
    try (CSVPrinter csv = new CSVPrinter(text, FORMAT)) {
      for (View view : comparison.views()) {
        for (Row row : view.rows()) {
          print(csv, view, row);
        }
      }
    }
    return text.toString();
  }

  private static void print(CSVPrinter csv, View view, Row row) throws IOException {
    Against against = row.against();
    Interval interval = against == null ? null : against.interval();
    csv.printRecord(
        view.name(),
        row.group(),
        row.seeds(),
        row.images(),
        number(row.mean()),
        low(row.interval()),
        high(row.interval()),
        against == null ? null : number(against.delta()),
        low(interval),
        high(interval),
        against == null ? null : number(against.p()),
        against == null ? null : number(against.pAdjusted()),
        against == null ? null : number(against.pEquivalent()),
        against == null ? null : against.verdict().id(),
        against == null ? null : against.scope().name().toLowerCase(Locale.ROOT),
        against == null ? null : against.seedsNeeded());
  }

  private static @Nullable Double low(@Nullable Interval interval) {
    return interval == null ? null : Double.valueOf(interval.low());
  }

  private static @Nullable Double high(@Nullable Interval interval) {
    return interval == null ? null : Double.valueOf(interval.high());
  }

  private static @Nullable Double number(@Nullable Double value) {
    return value == null || value.isNaN() ? null : value;
  }
}
