package io.flowpp.platform.compare.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What {@link Gate} says of Welch's p at levels that no simulation reaches: the true probability of
 * a p below it, integrated over both arms' spreads, given which the statistic is normal.
 */
class WelchAtSmallLevelsTest {
  private static final int STEPS = 200;
  private static final double P = 2.5e-5;

  @ParameterizedTest
  @CsvSource({
    "3, 3, 1, 0.6",
    "3, 3, 2, 1.0",
    "3, 3, 5, 2.1",
    "4, 4, 1, 0.6",
    "4, 4, 2, 1.0",
    "4, 4, 5, 4.2",
    "5, 5, 5, 4.9",
    "6, 6, 1, 0.7",
    "6, 6, 2, 1.25",
    "6, 6, 5, 4.3",
    "10, 10, 2, 1.4",
    "10, 10, 5, 3.0"
  })
  void equalNumbersOfSeedsKeepItNearTheLevel(int before, int now, double ratio, double most) {
    double error = error(before, now, ratio);
    assertThat(error).isBetween(0.2, most);
  }

  @ParameterizedTest
  @CsvSource({"3, 6, 5", "3, 5, 5", "5, 10, 3"})
  void unequalNumbersOfSeedsDoNot(int before, int now, double ratio) {
    assertThat(error(before, now, ratio)).isGreaterThan(10);
  }

  /** Where the integral is known: with one spread 0 it is t of the other's degrees of freedom. */
  @ParameterizedTest
  @CsvSource({"4", "8"})
  void oneSpreadThatIsNextToNothingIsExact(int seeds) {
    assertThat(error(seeds, 2, 1e6)).isBetween(.999, 1.001);
  }

  /**
   * Probability of a one-sided p below {@link #P}, as a multiple of it.
   *
   * @param ratio of the first arm's standard deviation to the second's
   */
  private static double error(int first, int second, double ratio) {
    double[] degrees = {first - 1, second - 1};
    double[] parts = {ratio * ratio / first, 1.0 / second};
    double[][] one = squares(degrees[0]);
    double[][] two = squares(degrees[1]);
    double[] bounds = bounds(degrees[0], degrees[1]);
    double sum = 0;
    for (int i = 0; i <= STEPS; i++) {
      for (int k = 0; k <= STEPS; k++) {
        double a = parts[0] * one[0][i];
        double b = parts[1] * two[0][k];
        double share = a / (a + b);
        double inverse = share * share / degrees[0] + (1 - share) * (1 - share) / degrees[1];
        double bound = bound(bounds, degrees[0], degrees[1], inverse);
        sum +=
            one[1][i]
                * two[1][k]
                * NormalDistribution.of(0, 1)
                    .survivalProbability(bound * Math.sqrt((a + b) / (parts[0] + parts[1])));
      }
    }
    double error = sum / P;
    System.out.println(
        String.format(
            Locale.ROOT,
            "Welch, %d and %d seeds, spreads %.0f to 1: p below %.1e has %.2f times that"
                + " probability",
            first,
            second,
            ratio,
            P,
            error));
    return error;
  }

  /** Values of chi-squared over its degrees, and their probabilities, even in its logarithm. */
  private static double[][] squares(double degrees) {
    ChiSquaredDistribution squares = ChiSquaredDistribution.of(degrees);
    double low = Math.log(squares.inverseCumulativeProbability(1e-10));
    double step = (Math.log(squares.inverseSurvivalProbability(1e-12)) - low) / STEPS;
    double[] values =
        IntStream.rangeClosed(0, STEPS).mapToDouble(i -> Math.exp(low + i * step)).toArray();
    double[] weights =
        IntStream.rangeClosed(0, STEPS)
            .mapToDouble(i -> squares.density(values[i]) * values[i] * step)
            .toArray();
    return new double[][] {
      IntStream.rangeClosed(0, STEPS).mapToDouble(i -> values[i] / degrees).toArray(), weights
    };
  }

  /**
   * t's bounds at {@link #P} for as many degrees of freedom as Welch may come to, as logarithms.
   */
  private static double[] bounds(double one, double two) {
    double most = 1 / (one + two);
    double least = 1 / Math.min(one, two);
    return IntStream.rangeClosed(0, STEPS)
        .mapToDouble(i -> 1 / (most + (least - most) * i / STEPS))
        .map(degrees -> Math.log(TDistribution.of(degrees).inverseSurvivalProbability(P)))
        .toArray();
  }

  private static double bound(double[] bounds, double one, double two, double inverse) {
    double most = 1 / (one + two);
    double least = 1 / Math.min(one, two);
    double at = Math.min(Math.max((inverse - most) / (least - most) * STEPS, 0), STEPS);
    int below = Math.min((int) at, STEPS - 1);
    return Math.exp(bounds[below] + (at - below) * (bounds[below + 1] - bounds[below]));
  }
}
