package io.flowpp.core.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CounterRandomTest {
  private static final int N = 1 << 21;

  @Test
  void uniformNumbersLieStrictlyBetweenZeroAndOne() {
    float[] values =
        uniform(3, 1 << 24); // twice as many as there are different values: the ends are met
    float least = 1;
    float most = 0;
    for (float value : values) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    assertThat(least).isBetween(0x1p-24f, 0x1p-20f);
    assertThat(most).isBetween(1 - 0x1p-20f, 1 - 0x1p-24f);
  }

  @Test
  void uniformNumbersFillAllBinsAlike() {
    int bins = 1024;
    int[] counts = new int[bins];
    for (float value : uniform(4, N)) {
      counts[(int) (value * bins)]++;
    }
    double expected = (double) N / bins;
    double chiSquare = 0;
    for (int count : counts) {
      chiSquare += (count - expected) * (count - expected) / expected;
    }
    // chi-square with 1023 degrees of freedom: mean 1023, standard deviation 45
    assertThat(chiSquare).isBetween(1023 - 5 * 45.2, 1023 + 5 * 45.2);
  }

  @Test
  void uniformNumbersDoNotKnowTheirNeighbours() {
    float[] values = uniform(5, N);
    for (int lag : new int[] {1, 2, 3, 16, 28, 784}) {
      double sum = 0;
      for (int i = lag; i < N; i++) {
        sum += (values[i] - 0.5) * (values[i - lag] - 0.5) * 12;
      }
      assertThat(sum / Math.sqrt(N)).as("lag %d, in standard deviations", lag).isBetween(-5.0, 5.0);
    }
  }

  @Test
  void gaussianNumbersHaveTheMomentsOfTheNormalDistribution() {
    double[] moments = new double[5];
    for (float value : gaussian(6, N)) {
      double power = 1;
      for (int k = 1; k <= 4; k++) {
        power *= value;
        moments[k] += power / N;
      }
    }
    double error = 5 / Math.sqrt(N); // five standard deviations, times that of the power
    assertThat(moments[1]).isCloseTo(0, within(error));
    assertThat(moments[2]).isCloseTo(1, within(error * Math.sqrt(2)));
    assertThat(moments[3]).isCloseTo(0, within(error * Math.sqrt(15)));
    assertThat(moments[4]).isCloseTo(3, within(error * Math.sqrt(96)));
  }

  @ParameterizedTest(name = "beyond {0} standard deviations lies {1} of them")
  @CsvSource({
    "1, 0.31731050786291415",
    "2, 0.04550026389635842",
    "3, 0.0026997960632601866",
    "4, 6.334248366623993e-05"
  })
  void gaussianTailsHoldWhatTheyShould(double z, double probability) {
    int above = 0;
    int below = 0;
    for (float value : gaussian(7, 4 * N)) {
      above += value > z ? 1 : 0;
      below += value < -z ? 1 : 0;
    }
    double expected = 4.0 * N * probability / 2;
    assertThat((double) above).isCloseTo(expected, within(5 * Math.sqrt(expected)));
    assertThat((double) below).isCloseTo(expected, within(5 * Math.sqrt(expected)));
  }

  @ParameterizedTest(name = "P(Z > {1}) = {0}")
  @CsvSource({ // from mpmath at 30 digits
    "0.5, 0", "0.4, 0.2533471031357997", "0.25, 0.6744897501960817", "0.075, 1.4395314709384570",
        "0.025, 1.9599639845400542",
    "0.001, 3.0902323061678135", "1e-6, 4.7534243088228987", "1e-11, 6.7060231554951362",
        "1e-13, 7.3487961028006769", "5.551115123125783e-17, 8.2923610758135955"
  })
  void theQuantileIsExactToTheLastDigits(double probability, double quantile) {
    assertThat(NormalTail.upper(probability))
        .isCloseTo(quantile, within(1e-15 * Math.max(1, quantile)));
  }

  @Test
  void uniformAndGaussianNumbersOfOneSeedAreIndependent() {
    float[] uniform = uniform(8, N);
    float[] gaussian = gaussian(8, N);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < N; i++) {
      double centred = (uniform[i] - 0.5) * Math.sqrt(12);
      sum += centred * gaussian[i];
      squares += centred * (gaussian[i] * gaussian[i] - 1) / Math.sqrt(2);
    }
    assertThat(sum / Math.sqrt(N)).isBetween(-5.0, 5.0);
    assertThat(squares / Math.sqrt(N)).isBetween(-5.0, 5.0);
  }

  @Test
  void neighbouringSeedsAreIndependentEvenWithoutDerivation() {
    float[] one = gaussian(100, N);
    float[] other = gaussian(101, N);
    double sum = 0;
    for (int i = 0; i < N; i++) {
      sum += one[i] * other[i];
    }
    assertThat(sum / Math.sqrt(N)).isBetween(-5.0, 5.0);
  }

  @Property(tries = 50)
  void aValueDependsOnlyOnSeedAndIndex(
      @ForAll long seed,
      @ForAll @IntRange(max = 500) int from,
      @ForAll @IntRange(max = 100) int length) {
    float[] whole = new float[600];
    float[] part = new float[length + 3];
    CounterRandom.gaussian(seed, whole);
    CounterRandom.gaussian(seed, from, part, 3, length);
    assertThat(Arrays.copyOfRange(part, 3, length + 3))
        .isEqualTo(Arrays.copyOfRange(whole, from, from + length));
    CounterRandom.uniform(seed, whole);
    CounterRandom.uniform(seed, from, part, 3, length);
    assertThat(Arrays.copyOfRange(part, 3, length + 3))
        .isEqualTo(Arrays.copyOfRange(whole, from, from + length));
  }

  @Property
  void belowStaysBelow(
      @ForAll long seed, @ForAll long index, @ForAll @IntRange(min = 1) int bound) {
    assertThat(CounterRandom.below(seed, index, bound)).isBetween(0, bound - 1);
  }

  @Test
  void belowIsFair() {
    int[] counts = new int[6];
    for (int i = 0; i < 600_000; i++) {
      counts[CounterRandom.below(9, i, 6)]++;
    }
    assertThat(Arrays.stream(counts).boxed())
        .allSatisfy(count -> assertThat(count).isBetween(100_000 - 1_500, 100_000 + 1_500));
  }

  @Test
  void belowNeedsSomethingToChooseFrom() {
    assertThatThrownBy(() -> CounterRandom.below(1, 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1, not 0");
  }

  private static float[] uniform(long seed, int count) {
    float[] values = new float[count];
    CounterRandom.uniform(seed, values);
    return values;
  }

  private static float[] gaussian(long seed, int count) {
    float[] values = new float[count];
    CounterRandom.gaussian(seed, values);
    return values;
  }
}
