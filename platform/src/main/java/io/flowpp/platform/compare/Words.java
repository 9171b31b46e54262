package io.flowpp.platform.compare;

import io.flowpp.platform.compare.statistics.Difference;
import io.flowpp.platform.compare.statistics.ImagePairs;
import io.flowpp.platform.compare.statistics.Rules;
import io.flowpp.platform.compare.statistics.SeedComparison;
import io.flowpp.platform.compare.statistics.SeedValues;
import io.flowpp.platform.compare.statistics.Verdict;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Verdicts as sentences. */
final class Words {
  private static final double SMALL_P = .001;

  private Words() {}

  /** Of the arms as methods. */
  static String methods(SeedValues arm, SeedValues baseline, Rules by, Difference difference) {
    String seeds =
        String.format(
            Locale.ROOT, "%d and %d seeds", arm.values().size(), baseline.values().size());
    return switch (difference.verdict()) {
      case BETTER, WORSE ->
          String.format(
              Locale.ROOT,
              "%s is %s than %s by %s (%s, p %s after Holm)",
              arm.arm(),
              difference.verdict().id(),
              baseline.arm(),
              number(Math.abs(difference.delta())),
              seeds,
              p(difference.pAdjusted()));
      case EQUIVALENT ->
          String.format(
              Locale.ROOT,
              "%s and %s are equivalent: they differ by less than %s (%s, p %s after Holm)",
              arm.arm(),
              baseline.arm(),
              number(by.margin()),
              seeds,
              p(difference.pEquivalent()));
      case CANNOT_TELL ->
          String.format(
              Locale.ROOT,
              "%s cannot be told from %s, nor called equivalent, by %s; to find a difference of %s takes %s",
              arm.arm(),
              baseline.arm(),
              seeds,
              number(by.margin()),
              needed(difference.seedsNeeded()));
    };
  }

  /** Of two trained models. */
  static String models(
      SeedValues arm,
      SeedValues baseline,
      Rules by,
      Verdict verdict,
      double delta,
      @Nullable ImagePairs images) {
    String only = "; of the methods nothing can be said with one seed";
    String these =
        arm.values().size() + baseline.values().size() == 2
            ? "These two models: "
            : "These trained models: ";
    if (images == null) {
      return String.format(
          Locale.ROOT,
          "%s%s less %s is %+.4f, and nothing says how much of it is chance%s",
          these,
          arm.arm(),
          baseline.arm(),
          delta,
          only);
    }
    String on = String.format(Locale.ROOT, " on these %,d images", images.images());
    return these
        + switch (verdict) {
          case BETTER, WORSE ->
              arm.arm()
                  + " is "
                  + verdict.id()
                  + " than "
                  + baseline.arm()
                  + " by "
                  + number(Math.abs(delta))
                  + on;
          case EQUIVALENT ->
              arm.arm()
                  + " and "
                  + baseline.arm()
                  + " differ by less than "
                  + number(by.margin())
                  + on;
          case CANNOT_TELL -> arm.arm() + " cannot be told from " + baseline.arm() + on;
        }
        + only;
  }

  private static String needed(@Nullable Integer seeds) {
    return seeds == null
        ? "more than " + SeedComparison.MOST_SEEDS + " seeds an arm"
        : seeds + " seeds an arm";
  }

  private static String p(double p) {
    return p < SMALL_P ? "< .001" : String.format(Locale.ROOT, "= %.3f", p);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
