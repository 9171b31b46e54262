package io.flowpp.platform.compare.statistics;

import io.flowpp.platform.compare.statistics.Rules.Better;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.jspecify.annotations.Nullable;

/**
 * Arms of at least two seeds each against a baseline, as one family.
 *
 * <p>Whether an arm differs is asked by Welch's t test, whether it is equivalent by two one-sided
 * tests at the margin (Schuirmann 1987), whose larger p counts. Both kinds are corrected after
 * Holm, each over the whole family. Intervals are each comparison's own.
 *
 * <p>Arms without any spread are taken at their word, see {@link Estimate}: equal ones are
 * equivalent, different ones differ with p = 0, or are equivalent where the difference is below the
 * margin.
 */
public final class SeedComparison {
  /** More seeds than anybody will run. */
  public static final int MOST_SEEDS = 1000;

  /**
   * The spread that seeds are counted for is exceeded by the true one with this probability. Three
   * seeds find the spread too small more often than not, and then promise too much.
   */
  private static final double SPREAD_EXCEEDED = 0.2;

  private SeedComparison() {}

  /**
   * The differences in the order of {@code others}.
   *
   * @throws IllegalArgumentException where an arm has fewer than two seeds
   */
  public static List<Difference> family(SeedValues baseline, List<SeedValues> others, Rules rules) {
    return family(baseline, others, rules, rules.margin());
  }

  /**
   * @param effect the difference that {@link Difference#seedsNeeded} are to find
   */
  static List<Difference> family(
      SeedValues baseline, List<SeedValues> others, Rules rules, double effect) {
    requireTwo(baseline);
    others.forEach(SeedComparison::requireTwo);
    List<Estimate> estimates =
        others.stream().map(other -> Estimate.welch(baseline.values(), other.values())).toList();
    double[] differs = estimates.stream().mapToDouble(Estimate::pDiffers).toArray();
    double[] adjusted = Holm.adjust(differs);
    double[] equivalent =
        Holm.adjust(
            estimates.stream().mapToDouble(each -> pEquivalent(each, rules.margin())).toArray());
    List<Difference> family = new ArrayList<>();
    for (int i = 0; i < others.size(); i++) {
      Estimate estimate = estimates.get(i);
      family.add(
          new Difference(
              estimate.value(),
              estimate.interval(rules.level()),
              differs[i],
              adjusted[i],
              equivalent[i],
              verdict(estimate.value(), adjusted[i], equivalent[i], rules),
              seedsNeeded(baseline, others.get(i), effect, rules, others.size())));
    }
    return family;
  }

  /** The mean's own interval over seeds at the rules' level, by Student's t; needs two seeds. */
  public static Interval mean(SeedValues arm, Rules rules) {
    requireTwo(arm);
    return Estimate.mean(arm.values()).interval(rules.level());
  }

  private static double pEquivalent(Estimate estimate, double margin) {
    return Math.max(estimate.pAbove(-margin), estimate.pBelow(margin));
  }

  private static Verdict verdict(double delta, double pAdjusted, double pEquivalent, Rules rules) {
    if (pEquivalent < rules.level()) {
      return Verdict.EQUIVALENT;
    }
    if (pAdjusted < rules.level()) {
      return delta < 0 == (rules.better() == Better.LOWER) ? Verdict.BETTER : Verdict.WORSE;
    }
    return Verdict.CANNOT_TELL;
  }

  /**
   * By the t test at {@code level / family}, which is Holm's first step: whatever the other arms
   * come to, this is enough.
   */
  private static @Nullable Integer seedsNeeded(
      SeedValues baseline, SeedValues other, double effect, Rules rules, int family) {
    double spread = upperSpread(Sample.of(baseline.values()), Sample.of(other.values()));
    int seeds = Power.seeds(effect / spread, rules.level() / family, rules.power(), MOST_SEEDS);
    return seeds > MOST_SEEDS ? null : seeds;
  }

  /**
   * The upper bound, right in four of five pilots, of the standard deviation that both arms have in
   * common: {@code s sqrt(k / chi2(.2, k))} with the pooled s of k degrees of freedom.
   */
  private static double upperSpread(Sample one, Sample two) {
    double degrees = one.size() + two.size() - 2.0;
    double pooled =
        Math.hypot(
            one.deviation() * Math.sqrt((one.size() - 1) / degrees),
            two.deviation() * Math.sqrt((two.size() - 1) / degrees));
    double quantile =
        ChiSquaredDistribution.of(degrees).inverseCumulativeProbability(SPREAD_EXCEEDED);
    return pooled * Math.sqrt(degrees / quantile);
  }

  private static void requireTwo(SeedValues arm) {
    if (arm.values().size() < 2) {
      throw new IllegalArgumentException(
          arm.arm()
              + ": one seed says nothing about the spread over seeds; it takes at least two seeds"
              + " an arm");
    }
  }
}
