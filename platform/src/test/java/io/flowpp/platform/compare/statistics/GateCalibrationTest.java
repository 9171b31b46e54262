package io.flowpp.platform.compare.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowpp.core.random.CounterRandom;
import io.flowpp.core.random.Seeds;
import io.flowpp.platform.compare.statistics.Gate.Decision;
import io.flowpp.platform.compare.statistics.Gate.Sides;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How often the gate errs and how often it decides, both looks together: normal values with a
 * standard deviation of 1 over seeds at the baseline, three seeds at the first look and the same
 * and three more at the second. A seed's values before and after have a given correlation.
 */
@Tag("slow")
class GateCalibrationTest {
  private static final int FIRST = 3;
  private static final int SECOND = 6;
  private static final double TOLERANCE = 3;

  /**
   * The true difference is exactly the tolerance, which is where a red is false and most likely.
   * The level is much higher than that of a real gate, so that there is something to count; see
   * {@link WelchAtSmallLevelsTest} for the small ones.
   */
  @ParameterizedTest
  @CsvSource({
    "HIGHER_FAILS, 0.05, 0, 1",
    "HIGHER_FAILS, 0.05, 0.5, 1",
    "HIGHER_FAILS, 0.05, 0.95, 1",
    "HIGHER_FAILS, 0.05, 0, 2",
    "HIGHER_FAILS, 0.05, 0.5, 0.5",
    "HIGHER_FAILS, 0.05, 0, 5",
    "BOTH_FAIL, 0.05, 0, 1",
    "HIGHER_FAILS_LOWER_IS_SUSPECT, 0.05, 0, 1",
    "HIGHER_FAILS, 0.005, 0, 1",
    "HIGHER_FAILS, 0.005, 0.95, 1",
    "HIGHER_FAILS, 0.005, 0, 2"
  })
  void aDifferenceOfExactlyTheToleranceTurnsRedNoMoreOftenThanTheLevel(
      Sides sides, double level, double correlation, double spreadNow) {
    int repeats = 20_000;
    Map<Decision, Integer> counts =
        decisions(new Gate(TOLERANCE, sides, level), TOLERANCE, correlation, spreadNow, repeats);
    double red = counts.getOrDefault(Decision.FAIL, 0) / (double) repeats;
    double green = counts.getOrDefault(Decision.PASS, 0) / (double) repeats;
    print(
        "at the tolerance: %s, level %.3f, correlation %.2f, spread now x%.1f: red %.3f%%, green"
            + " %.2f%%",
        sides, level, correlation, spreadNow, 100 * red, 100 * green);
    double chance = 3 * Math.sqrt(level / repeats);
    assertThat(red).isLessThanOrEqualTo(level + chance).isPositive();
    assertThat(green).isLessThanOrEqualTo(.05 + .005);
  }

  /** Without a difference nothing is ever red, even at fifty times a real gate's level. */
  @ParameterizedTest
  @CsvSource({"HIGHER_FAILS, 0", "BOTH_FAIL, 0", "BOTH_FAIL, 0.95"})
  void noDifferenceIsNeverRed(Sides sides, double correlation) {
    int repeats = 5000;
    Map<Decision, Integer> counts =
        decisions(new Gate(TOLERANCE, sides, .005), 0, correlation, 1, repeats);
    print("no difference: %s, correlation %.2f: %s", sides, correlation, counts);
    assertThat(counts).doesNotContainKey(Decision.FAIL);
    assertThat(counts.get(Decision.PASS)).isGreaterThan(repeats / 5);
  }

  /** Without a tolerance either, a red is still no likelier than the level. */
  @ParameterizedTest
  @CsvSource({"HIGHER_FAILS", "BOTH_FAIL"})
  void noDifferenceAndNoToleranceIsRedNoMoreOftenThanTheLevel(Sides sides) {
    int repeats = 20_000;
    Map<Decision, Integer> counts = decisions(new Gate(0, sides, .05), 0, 0, 1, repeats);
    print("no tolerance: %s: %s", sides, counts);
    assertThat(counts.getOrDefault(Decision.FAIL, 0) / (double) repeats)
        .isLessThanOrEqualTo(.05 + .005)
        .isGreaterThan(.005);
  }

  /** What a tolerance costs, at the level of one check in ten of a run with .1%. */
  @ParameterizedTest
  @CsvSource({
    "2, 0, 0",
    "3, 0, 0",
    "4, 0, 0",
    "6, 0, 0",
    "2, 0, 0.95",
    "3, 0, 0.95",
    "3, 6, 0",
    "3, 10, 0",
    "3, 20, 0",
    "3, 30, 0",
    "3, 6, 0.95",
    "3, 10, 0.95",
    "3, 20, 0.95"
  })
  void whatADifferenceComesTo(double tolerance, double difference, double correlation) {
    int repeats = 2000;
    Gate gate = new Gate(tolerance, Sides.HIGHER_FAILS_LOWER_IS_SUSPECT, 1e-4);
    Map<Decision, Integer> counts = decisions(gate, difference, correlation, 1, repeats);
    print(
        "tolerance %.0f, difference %.0f spreads, correlation %.2f: green %.1f%%, red %.1f%%",
        tolerance,
        difference,
        correlation,
        100.0 * counts.getOrDefault(Decision.PASS, 0) / repeats,
        100.0 * counts.getOrDefault(Decision.FAIL, 0) / repeats);
    assertThat(counts).doesNotContainKey(difference > 3 ? Decision.PASS : Decision.FAIL);
  }

  private static Map<Decision, Integer> decisions(
      Gate gate, double difference, double correlation, double spreadNow, int repeats) {
    Map<Decision, Integer> counts = new EnumMap<>(Decision.class);
    for (int i = 0; i < repeats; i++) {
      float[] noise = new float[3 * SECOND];
      CounterRandom.gaussian(Seeds.derive(8, "gate", i), noise);
      List<Double> before = new ArrayList<>();
      List<Double> now = new ArrayList<>();
      for (int seed = 0; seed < SECOND; seed++) {
        double common = Math.sqrt(correlation) * noise[3 * seed];
        double own = Math.sqrt(1 - correlation);
        before.add(common + own * noise[3 * seed + 1]);
        now.add(difference + spreadNow * (common + own * noise[3 * seed + 2]));
      }
      Decision decision = gate.judge(before.subList(0, FIRST), now.subList(0, FIRST), 1).decision();
      if (decision == Decision.INVESTIGATE) {
        decision = gate.judge(before, now, 2).decision();
      }
      counts.merge(decision, 1, Integer::sum);
    }
    return counts;
  }

  @SuppressWarnings("AnnotateFormatMethod") // the formats stand in this file
  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
