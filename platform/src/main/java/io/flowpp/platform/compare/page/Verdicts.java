package io.flowpp.platform.compare.page;

import io.flowpp.platform.compare.statistics.Verdict;

/** Verdicts as a badge has them. */
final class Verdicts {
  private Verdicts() {}

  static String words(Verdict verdict) {
    return verdict.id().replace('-', ' ');
  }
}
