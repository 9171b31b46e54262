package io.flowpp.platform.compare.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowpp.platform.compare.statistics.Gate.Decision;
import io.flowpp.platform.compare.statistics.Gate.Outcome;
import io.flowpp.platform.compare.statistics.Gate.Sides;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GateTest {
  private static final List<Double> BASELINE = List.of(3.50, 3.51, 3.52);
  private static final double TINY = 1e-6;

  private static Gate gate(Sides sides) {
    return new Gate(.05, sides, 1e-4);
  }

  private static List<Double> shifted(double by) {
    return List.of(BASELINE.get(0) + by, BASELINE.get(1) + by + TINY, BASELINE.get(2) + by - TINY);
  }

  @ParameterizedTest
  @CsvSource({
    "HIGHER_FAILS_LOWER_IS_SUSPECT, 0.1, FAIL",
    "HIGHER_FAILS_LOWER_IS_SUSPECT, 0.04, PASS",
    "HIGHER_FAILS_LOWER_IS_SUSPECT, -0.04, PASS",
    "HIGHER_FAILS_LOWER_IS_SUSPECT, -0.1, INVESTIGATE",
    "HIGHER_FAILS, 0.1, FAIL",
    "HIGHER_FAILS, 0.04, PASS",
    "HIGHER_FAILS, -0.1, PASS",
    "BOTH_FAIL, 0.1, FAIL",
    "BOTH_FAIL, 0.04, PASS",
    "BOTH_FAIL, -0.1, FAIL"
  })
  void whatIsSureIsDecidedAtTheFirstLook(Sides sides, double by, Decision decision) {
    Outcome outcome = gate(sides).judge(BASELINE, shifted(by), 1);
    assertThat(outcome.decision()).isEqualTo(decision);
    assertThat(outcome.delta()).isCloseTo(by, within(1e-9));
    assertThat(outcome.interval().contains(by)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Sides.class)
  void anIntervalThatStraddlesIsInvestigatedAtBothLooks(Sides sides) {
    List<Double> now = List.of(3.60, 3.54, 3.55);
    assertThat(gate(sides).judge(BASELINE, now, 1).decision()).isEqualTo(Decision.INVESTIGATE);
    assertThat(gate(sides).judge(BASELINE, now, 2).decision()).isEqualTo(Decision.INVESTIGATE);
  }

  @ParameterizedTest
  @EnumSource(Sides.class)
  void whatIsEqualBitForBitPassesEvenWithoutTolerance(Sides sides) {
    Gate none = new Gate(0, sides, 1e-4);
    Outcome passed = new Outcome(Decision.PASS, 0, new Interval(0, 0));
    assertThat(none.judge(BASELINE, BASELINE, 1)).isEqualTo(passed);
    assertThat(none.judge(List.of(3.5), List.of(3.5), 1)).isEqualTo(passed);
    assertThat(none.judge(BASELINE, List.of(3.50, 3.51), 1)).isEqualTo(passed);
    assertThat(none.judge(BASELINE, List.of(3.50, 3.51, 3.52, 9.0), 2)).isEqualTo(passed);
  }

  @Test
  void oneSeedThatDiffersCannotFailNorPass() {
    Outcome outcome = gate(Sides.BOTH_FAIL).judge(BASELINE, List.of(99.5), 1);
    assertThat(outcome.decision()).isEqualTo(Decision.INVESTIGATE);
    assertThat(outcome.delta()).isEqualTo(96);
    assertThat(outcome.interval().contains(1e9)).isTrue();
  }

  @Test
  void aSeedIsComparedWithItself() {
    List<Double> more = List.of(3.50, 3.51, 3.52, 7.0, 8.0);
    assertThat(gate(Sides.BOTH_FAIL).judge(more, shifted(.04), 1))
        .isEqualTo(gate(Sides.BOTH_FAIL).judge(BASELINE, shifted(.04), 1));
  }

  @Test
  void valuesWithoutSpreadAreTakenAtTheirWord() {
    Gate memory = new Gate(5, Sides.HIGHER_FAILS, 1e-4);
    List<Double> before = List.of(500.0, 500.0);
    assertThat(memory.judge(before, List.of(504.0, 504.0), 1))
        .isEqualTo(new Outcome(Decision.PASS, 4, new Interval(4, 4)));
    assertThat(memory.judge(before, List.of(505.0, 505.0), 1).decision()).isEqualTo(Decision.PASS);
    assertThat(memory.judge(before, List.of(506.0, 506.0), 1))
        .isEqualTo(new Outcome(Decision.FAIL, 6, new Interval(6, 6)));
    assertThat(memory.judge(before, List.of(400.0, 600.0), 1).decision())
        .isEqualTo(Decision.INVESTIGATE);
  }

  /**
   * What seeds have in common decides where pairs say more, degrees of freedom where Welch does.
   */
  @Test
  void eitherTestMayFindADifference() {
    List<Double> wide = List.of(1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
    List<Double> follows = List.of(1.2001, 2.2, 3.2002, 4.2, 5.2001, 6.2);
    assertThat(Estimate.welch(wide, follows).pAbove(.05)).isGreaterThan(.1);
    assertThat(gate(Sides.HIGHER_FAILS).judge(wide, follows, 1).decision())
        .isEqualTo(Decision.FAIL);
    List<Double> ownWay = List.of(3.852, 3.840, 3.846);
    assertThat(Estimate.paired(BASELINE, ownWay).pAbove(.05)).isGreaterThan(1e-4);
    assertThat(gate(Sides.HIGHER_FAILS).judge(BASELINE, ownWay, 1).decision())
        .isEqualTo(Decision.FAIL);
  }

  @Test
  void valuesAndGatesThatAreNoneAreRefused() {
    Gate gate = gate(Sides.BOTH_FAIL);
    assertThatThrownBy(() -> gate.judge(BASELINE, BASELINE, 3)).hasMessageContaining("look 1 to 2");
    assertThatThrownBy(() -> gate.judge(BASELINE, List.of(), 1)).hasMessageContaining("now");
    assertThatThrownBy(() -> gate.judge(List.of(1.0, Double.NaN), BASELINE, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("baseline");
    assertThatThrownBy(() -> new Gate(-1, Sides.BOTH_FAIL, .01)).hasMessageContaining("tolerance");
    assertThatThrownBy(() -> new Gate(Double.NaN, Sides.BOTH_FAIL, .01))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Gate(1, Sides.BOTH_FAIL, 0)).hasMessageContaining("level");
  }
}
