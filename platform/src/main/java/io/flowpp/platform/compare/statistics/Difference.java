package io.flowpp.platform.compare.statistics;

import org.jspecify.annotations.Nullable;

/**
 * An arm against the baseline, over seeds.
 *
 * @param delta mean of the arm less mean of the baseline
 * @param interval of {@code delta}, by Welch, each comparison for itself
 * @param p of Welch's two-sided test
 * @param pAdjusted the same after Holm's correction over the family
 * @param pEquivalent of the two one-sided tests, the larger one, after Holm's correction
 * @param verdict by the adjusted values
 * @param seedsNeeded an arm, to find a difference of the margin with the rules' power; the spread
 *     is taken at its upper 80% bound. Null where that is more than {@link
 *     SeedComparison#MOST_SEEDS}
 */
public record Difference(
    double delta,
    Interval interval,
    double p,
    double pAdjusted,
    double pEquivalent,
    Verdict verdict,
    @Nullable Integer seedsNeeded) {}
