package io.flowpp.platform.compare.statistics;

import static io.flowpp.platform.compare.statistics.Rules.BITS_PER_DIM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowpp.platform.compare.statistics.Rules.Better;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeedComparisonTest {
  private static SeedValues arm(double... values) {
    return new SeedValues("arm", Arrays.stream(values).boxed().toList());
  }

  private static Difference of(SeedValues baseline, SeedValues other, Rules rules) {
    return SeedComparison.family(baseline, List.of(other), rules).get(0);
  }

  @Test
  void lowerBitsAreBetterAndHigherAccuracyIsBetter() {
    SeedValues high = arm(3.50, 3.51, 3.52);
    SeedValues low = arm(3.10, 3.11, 3.12);
    Rules accuracy = new Rules(.05, .01, .8, Better.HIGHER);
    assertThat(of(high, low, BITS_PER_DIM).verdict()).isEqualTo(Verdict.BETTER);
    assertThat(of(low, high, BITS_PER_DIM).verdict()).isEqualTo(Verdict.WORSE);
    assertThat(of(high, low, accuracy).verdict()).isEqualTo(Verdict.WORSE);
    assertThat(of(high, low, BITS_PER_DIM).delta()).isCloseTo(-.4, within(1e-12));
  }

  @Test
  void aDifferenceThatIsSureAndBelowTheMarginIsEquivalent() {
    Difference tiny = of(arm(3.5, 3.5001, 3.5002), arm(3.502, 3.5021, 3.5022), BITS_PER_DIM);
    assertThat(tiny.pAdjusted()).isLessThan(.05);
    assertThat(tiny.pEquivalent()).isLessThan(.05);
    assertThat(tiny.verdict()).isEqualTo(Verdict.EQUIVALENT);
  }

  @Test
  void seedsThatScatterTellNothing() {
    Difference noise = of(arm(3.4, 3.5, 3.6), arm(3.45, 3.5, 3.6), BITS_PER_DIM);
    assertThat(noise.verdict()).isEqualTo(Verdict.CANNOT_TELL);
    assertThat(noise.interval().contains(0)).isTrue();
  }

  @Test
  void armsWithoutSpreadAreTakenAtTheirWord() {
    SeedValues three = arm(3.1, 3.1, 3.1);
    Difference same = of(three, arm(3.1, 3.1), BITS_PER_DIM);
    assertThat(same)
        .isEqualTo(new Difference(0, new Interval(0, 0), 1, 1, 0, Verdict.EQUIVALENT, 2));
    Difference other = of(three, arm(3.2, 3.2), BITS_PER_DIM);
    assertThat(other.p()).isZero();
    assertThat(other.pEquivalent()).isOne();
    assertThat(other.verdict()).isEqualTo(Verdict.WORSE);
    assertThat(other.interval()).isEqualTo(new Interval(other.delta(), other.delta()));
    Difference near = of(three, arm(3.105, 3.105), BITS_PER_DIM);
    assertThat(near.p()).isZero();
    assertThat(near.verdict()).isEqualTo(Verdict.EQUIVALENT);
  }

  @Test
  void equalValuesHaveNoSpreadHoweverManyTheyAre() {
    for (int n = 2; n < 200; n++) {
      double[] values = new double[n];
      Arrays.fill(values, 0.1 + n * 0.7);
      assertThat(Sample.of(arm(values).values())).isEqualTo(new Sample(n, values[0], 0));
    }
  }

  @Test
  void oneArmWithoutSpreadHasTheOthersDegreesOfFreedom() {
    Estimate estimate = Estimate.welch(List.of(1.0, 1.0, 1.0, 1.0), List.of(2.0, 3.0, 4.0));
    assertThat(estimate.degreesOfFreedom()).isEqualTo(2);
    assertThat(estimate.standardError()).isCloseTo(Math.sqrt(1 / 3.0), within(1e-15));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-300, 1e-160, 1e-3, 1, 1e160, 1e300})
  void magnitudesChangeNothing(double unit) {
    Rules rules = new Rules(.05, .1 * unit, .8, Better.LOWER);
    Difference here =
        of(arm(1, 1.5, 1.25), arm(2, 2.25, 2.125), new Rules(.05, .1, .8, Better.LOWER));
    Difference there =
        of(arm(unit, 1.5 * unit, 1.25 * unit), arm(2 * unit, 2.25 * unit, 2.125 * unit), rules);
    assertThat(there.p()).isCloseTo(here.p(), within(1e-12));
    assertThat(there.delta() / unit).isCloseTo(here.delta(), within(1e-12));
    assertThat(there.interval().high() / unit).isCloseTo(here.interval().high(), within(1e-12));
    assertThat(there.seedsNeeded()).isEqualTo(here.seedsNeeded());
    assertThat(there.verdict()).isEqualTo(here.verdict());
  }

  @Test
  void aFamilyIsCorrectedAndEachIntervalIsItsOwn() {
    SeedValues baseline = arm(3.50, 3.52, 3.51);
    SeedValues other = arm(3.55, 3.54, 3.56);
    Difference alone = of(baseline, other, BITS_PER_DIM);
    List<Difference> family =
        SeedComparison.family(baseline, List.of(other, arm(3.4, 3.6, 3.5), other), BITS_PER_DIM);
    assertThat(family.get(0).p()).isEqualTo(alone.p());
    assertThat(family.get(0).interval()).isEqualTo(alone.interval());
    assertThat(family.get(0).pAdjusted()).isEqualTo(3 * alone.p());
    assertThat(family.get(2).pAdjusted()).isEqualTo(3 * alone.p());
    assertThat(family.get(0).seedsNeeded()).isGreaterThan(alone.seedsNeeded());
  }

  /**
   * By hand: s = .01 in both arms of three, so k = 4, chi2(.2, 4) = 1.64878 (tables) and the bound
   * is .01 sqrt(4 / 1.64878) = .015576. The margin is d = .642 of that, and Guenther's (1981)
   * approximation 2 (1.960 + .842)^2 / d^2 + 1.960^2 / 4 gives 39.1 seeds.
   */
  @Test
  void seedsAreCountedForASpreadThatThePilotMayHaveFlattered() {
    assertThat(of(arm(3.50, 3.51, 3.52), arm(3.50, 3.51, 3.52), BITS_PER_DIM).seedsNeeded())
        .isEqualTo(40);
  }

  @Test
  void moreSeedsThanAnybodyRunsAreNoNumber() {
    assertThat(of(arm(1, 2), arm(3, 5), BITS_PER_DIM).seedsNeeded()).isNull();
  }

  @Test
  void theEffectToBeFoundIsTheMarginUnlessAnotherIsAsked() {
    SeedValues arm = arm(3.50, 3.51, 3.52);
    Difference larger =
        SeedComparison.family(arm, List.of(arm), BITS_PER_DIM, 10 * BITS_PER_DIM.margin()).get(0);
    assertThat(larger.seedsNeeded()).isLessThan(5);
    assertThat(larger.verdict()).isEqualTo(of(arm, arm, BITS_PER_DIM).verdict());
  }

  /** t(.975, 2) = 4.302653, so 2 -+ 4.302653 / sqrt(3). */
  @Test
  void aMeansIntervalIsStudents() {
    Interval interval = SeedComparison.mean(arm(1, 2, 3), BITS_PER_DIM);
    assertThat(interval.low()).isCloseTo(2 - 2.484138, within(1e-6));
    assertThat(interval.high()).isCloseTo(2 + 2.484138, within(1e-6));
  }

  @Test
  void oneSeedAndWhatIsNoNumberAreRefused() {
    assertThatThrownBy(() -> of(arm(1, 2), new SeedValues("affine", List.of(1.0)), BITS_PER_DIM))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("affine")
        .hasMessageContaining("at least two seeds");
    assertThatThrownBy(() -> SeedComparison.mean(arm(1), BITS_PER_DIM))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> arm(1, Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> of(arm(-1e308, -1e308), arm(1.7e308, 1.7e308), BITS_PER_DIM))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too far apart");
  }

  @Test
  void aFamilyWithoutMembersIsEmpty() {
    assertThat(SeedComparison.family(arm(1, 2), List.of(), BITS_PER_DIM)).isEmpty();
  }
}
