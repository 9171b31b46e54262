package io.flowpp.platform.compare.page;

import io.flowpp.platform.compare.Comparison.Against;
import io.flowpp.platform.compare.Comparison.Row;
import io.flowpp.platform.compare.Comparison.Scope;
import io.flowpp.platform.compare.statistics.SeedComparison;
import io.flowpp.platform.report.Show;

/** What stands in single cells, the same in all outputs. */
final class Tables {
  private Tables() {}

  static String images(Row row) {
    return row.images() == 0 ? Numbers.NOTHING : Show.count(row.images());
  }

  static String verdict(Row row) {
    Against against = row.against();
    return against == null ? "baseline" : Verdicts.words(against.verdict());
  }

  /** Not there with one seed, whose spread nobody knows. */
  static String seedsNeeded(Row row) {
    Against against = row.against();
    if (against == null || against.scope() == Scope.MODELS) {
      return Numbers.NOTHING;
    }
    Integer needed = against.seedsNeeded();
    return needed == null ? ">" + Show.count(SeedComparison.MOST_SEEDS) : Show.count(needed);
  }
}
