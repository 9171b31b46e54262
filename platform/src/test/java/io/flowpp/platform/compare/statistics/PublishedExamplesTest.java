package io.flowpp.platform.compare.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Data and results that others have published. */
class PublishedExamplesTest {
  /**
   * Extra hours of sleep of ten patients after each of two drugs: Student, The probable error of a
   * mean (Biometrika 1908); R's data set {@code sleep}, whose manual page tests it both ways.
   */
  private static final List<Double> DRUG_1 =
      List.of(0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0);

  private static final List<Double> DRUG_2 =
      List.of(1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4);

  @Test
  void welchOfStudentsSleepDataIsThatOfR() {
    Estimate welch = Estimate.welch(DRUG_1, DRUG_2);
    assertThat(welch.value() / welch.standardError()).isCloseTo(1.8608, within(5e-5));
    assertThat(welch.degreesOfFreedom()).isCloseTo(17.776, within(5e-4));
    assertThat(welch.pDiffers()).isCloseTo(0.07939, within(5e-6));
    assertThat(welch.interval(.05).low()).isCloseTo(-0.2054832, within(5e-8));
    assertThat(welch.interval(.05).high()).isCloseTo(3.3654832, within(5e-8));
  }

  @Test
  void pairsOfStudentsSleepDataAreThoseOfR() {
    Estimate pairs = Estimate.paired(DRUG_1, DRUG_2);
    assertThat(pairs.value() / pairs.standardError()).isCloseTo(4.0621, within(5e-5));
    assertThat(pairs.pDiffers()).isCloseTo(0.002833, within(5e-7));
    assertThat(pairs.interval(.05).low()).isCloseTo(0.7001142, within(5e-8));
    assertThat(pairs.interval(.05).high()).isCloseTo(2.4598858, within(5e-8));
  }

  /**
   * Depression scores at two visits: Hollander &amp; Wolfe, Nonparametric Statistical Methods
   * (1973), page 29; on R's manual page of {@code wilcox.test} the one-sided p is .01953.
   */
  @Test
  void wilcoxonOfHollandersAndWolfesDepressionScoresIsTheirs() {
    double[] first = {1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30};
    double[] second = {0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29};
    assertThat(ImagePairs.of(first, second, .05, 1).wilcoxonP())
        .isCloseTo(2 * 0.01953, within(1e-5));
  }

  /**
   * R's {@code power.t.test(n, delta)}, whose manual page has n = 20 and delta = 1 as its example;
   * without an effect the power is the level.
   */
  @ParameterizedTest
  @CsvSource({
    "20, 1.0, 0.05, 0.8690",
    "17, 1.0, 0.05, 0.8070",
    "64, 0.5, 0.05, 0.8015",
    "2, 0, 0.05, 0.05",
    "5, 0, 0.01, 0.01"
  })
  void powerIsThatOfTheTables(int seeds, double effect, double level, double power) {
    assertThat(Power.ofTwoSided(seeds, effect, level)).isCloseTo(power, within(1e-4));
  }

  /** For Cohen's (1988) small and medium effects of .2 and .5, and for one of 1, as in G*Power. */
  @ParameterizedTest
  @CsvSource({"1.0, 17", "0.5, 64", "0.2, 394"})
  void seedsForAPowerOfFourInFiveAreThoseOfTheTables(double effect, int seeds) {
    assertThat(Power.seeds(effect, .05, .8, SeedComparison.MOST_SEEDS)).isEqualTo(seeds);
  }

  /** Worked by hand: .005 * 4, .01 * 3, .03 * 2, and .04, which may not be below .06. */
  @Test
  void holmCorrectsTheSmallestMost() {
    assertThat(Holm.adjust(new double[] {.01, .04, .03, .005}))
        .containsExactly(new double[] {.03, .06, .06, .02}, within(1e-15));
  }
}
