package io.flowpp.platform.compare.statistics;

import static io.flowpp.platform.compare.statistics.Rules.BITS_PER_DIM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowpp.platform.compare.statistics.Rules.Better;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.TTest;

class SeedComparisonPropertiesTest {

  /**
   * Two to six seeds near 3.5 bits/dim, in multiples of 2^-12, so that sums and shifts are exact.
   */
  @Provide
  Arbitrary<SeedValues> arms() {
    return Arbitraries.integers()
        .between(0, 400)
        .map(steps -> 3.5 + steps * 0x1p-12)
        .list()
        .ofMinSize(2)
        .ofMaxSize(6)
        .map(values -> new SeedValues("arm", values));
  }

  @Provide
  Arbitrary<List<SeedValues>> families() {
    return arms().list().ofMinSize(1).ofMaxSize(5);
  }

  @Property(tries = 200)
  void exchangingTheArmsTurnsTheAnswerRound(
      @ForAll("arms") SeedValues one, @ForAll("arms") SeedValues two) {
    Difference there = only(one, two, BITS_PER_DIM);
    Difference back = only(two, one, BITS_PER_DIM);
    assertThat(back.delta()).isCloseTo(-there.delta(), within(1e-15));
    assertThat(back.interval().low()).isCloseTo(-there.interval().high(), within(1e-9));
    assertThat(back.p()).isCloseTo(there.p(), within(1e-9));
    assertThat(back.pEquivalent()).isCloseTo(there.pEquivalent(), within(1e-9));
    assertThat(back.seedsNeeded()).isEqualTo(there.seedsNeeded());
    assertThat(back.verdict())
        .isEqualTo(
            switch (there.verdict()) {
              case BETTER -> Verdict.WORSE;
              case WORSE -> Verdict.BETTER;
              case EQUIVALENT, CANNOT_TELL -> there.verdict();
            });
  }

  @Property
  void correctedValuesKeepTheirOrderAndAreNeverSmaller(
      @ForAll @Size(min = 1, max = 8) List<@DoubleRange(max = 1) Double> p) {
    double[] raw = p.stream().mapToDouble(Double::doubleValue).toArray();
    double[] adjusted = Holm.adjust(raw);
    double least = p.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    for (int i = 0; i < raw.length; i++) {
      assertThat(adjusted[i]).isBetween(raw[i], 1.0);
      for (int j = 0; j < raw.length; j++) {
        if (raw[i] <= raw[j]) {
          assertThat(adjusted[i]).isLessThanOrEqualTo(adjusted[j]);
        }
      }
      if (raw[i] == least) {
        assertThat(adjusted[i]).isEqualTo(Math.min(1, raw.length * least));
      }
    }
  }

  @Property(tries = 200)
  void theOrderOfTheFamilyDoesNotMatter(
      @ForAll("arms") SeedValues baseline, @ForAll("families") List<SeedValues> family) {
    List<SeedValues> reversed = new ArrayList<>(family);
    Collections.reverse(reversed);
    List<Difference> there = SeedComparison.family(baseline, family, BITS_PER_DIM);
    List<Difference> back = SeedComparison.family(baseline, reversed, BITS_PER_DIM);
    for (int i = 0; i < family.size(); i++) {
      assertThat(back.get(family.size() - 1 - i)).isEqualTo(there.get(i));
    }
  }

  @Property(tries = 200)
  void shiftingEverythingChangesNothing(
      @ForAll("arms") SeedValues baseline,
      @ForAll("families") List<SeedValues> family,
      @ForAll @IntRange(min = -64, max = 64) int by) {
    List<Difference> shifted =
        SeedComparison.family(
            each(baseline, value -> value + by),
            family.stream().map(arm -> each(arm, value -> value + by)).toList(),
            BITS_PER_DIM);
    List<Difference> plain = SeedComparison.family(baseline, family, BITS_PER_DIM);
    for (int i = 0; i < plain.size(); i++) {
      assertThat(shifted.get(i).delta()).isCloseTo(plain.get(i).delta(), within(1e-13));
      assertThat(shifted.get(i).pAdjusted()).isCloseTo(plain.get(i).pAdjusted(), within(1e-6));
      assertThat(shifted.get(i).verdict()).isEqualTo(plain.get(i).verdict());
      assertThat(shifted.get(i).seedsNeeded()).isEqualTo(plain.get(i).seedsNeeded());
    }
  }

  @Property(tries = 200)
  void anotherUnitChangesNothingElse(
      @ForAll("arms") SeedValues baseline,
      @ForAll("families") List<SeedValues> family,
      @ForAll @IntRange(min = -200, max = 200) int exponent) {
    double unit = Math.scalb(1.0, exponent);
    List<Difference> scaled =
        SeedComparison.family(
            each(baseline, value -> value * unit),
            family.stream().map(arm -> each(arm, value -> value * unit)).toList(),
            new Rules(.05, .01 * unit, .8, Better.LOWER));
    List<Difference> plain = SeedComparison.family(baseline, family, BITS_PER_DIM);
    for (int i = 0; i < plain.size(); i++) {
      Difference a = plain.get(i);
      assertThat(scaled.get(i))
          .isEqualTo(
              new Difference(
                  a.delta() * unit,
                  new Interval(a.interval().low() * unit, a.interval().high() * unit),
                  a.p(),
                  a.pAdjusted(),
                  a.pEquivalent(),
                  a.verdict(),
                  a.seedsNeeded()));
    }
  }

  @Property
  void welchIsThatOfCommons(@ForAll("arms") SeedValues one, @ForAll("arms") SeedValues two) {
    Estimate ours = Estimate.welch(one.values(), two.values());
    Assume.that(ours.standardError() > 0);
    double[] first = one.values().stream().mapToDouble(Double::doubleValue).toArray();
    double[] second = two.values().stream().mapToDouble(Double::doubleValue).toArray();
    TTest test = TTest.withDefaults();
    TTest.Result theirs = test.test(second, first);
    assertThat(ours.value() / ours.standardError()).isCloseTo(theirs.getStatistic(), within(1e-9));
    assertThat(ours.degreesOfFreedom()).isCloseTo(theirs.getDegreesOfFreedom(), within(1e-9));
    assertThat(ours.pDiffers()).isCloseTo(theirs.getPValue(), within(1e-9));
    assertThat(ours.pAbove(.01))
        .isCloseTo(
            test.withMu(.01)
                .with(AlternativeHypothesis.GREATER_THAN)
                .test(second, first)
                .getPValue(),
            within(1e-9));
    assertThat(ours.pBelow(.01))
        .isCloseTo(
            test.withMu(.01).with(AlternativeHypothesis.LESS_THAN).test(second, first).getPValue(),
            within(1e-9));
  }

  /** The interval and the test are two readings of one thing. */
  @Property(tries = 200)
  void zeroIsOutsideOfTheIntervalWhereTheTestIsSignificant(
      @ForAll("arms") SeedValues one, @ForAll("arms") SeedValues two) {
    Difference difference = only(one, two, BITS_PER_DIM);
    Assume.that(Math.abs(difference.p() - .05) > 1e-9);
    assertThat(difference.interval().contains(0)).isEqualTo(difference.p() >= .05);
  }

  @Property
  void moreSeedsFindMore(
      @ForAll @IntRange(min = 2, max = 200) int seeds,
      @ForAll @IntRange(min = 1, max = 40) int tenths) {
    double effect = tenths / 10.0;
    assertThat(Power.ofTwoSided(seeds + 1, effect, .05))
        .isGreaterThanOrEqualTo(Power.ofTwoSided(seeds, effect, .05) - 1e-12);
    assertThat(Power.ofTwoSided(seeds, effect + .1, .05))
        .isGreaterThanOrEqualTo(Power.ofTwoSided(seeds, effect, .05) - 1e-12);
  }

  private static Difference only(SeedValues baseline, SeedValues other, Rules rules) {
    return SeedComparison.family(baseline, List.of(other), rules).get(0);
  }

  private static SeedValues each(SeedValues arm, UnaryOperator<Double> change) {
    return new SeedValues(arm.arm(), arm.values().stream().map(change).toList());
  }
}
