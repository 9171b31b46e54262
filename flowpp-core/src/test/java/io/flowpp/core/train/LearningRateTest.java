package io.flowpp.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowpp.core.spec.SchedulePiece;
import io.flowpp.core.spec.SchedulePiece.Decay;
import io.flowpp.core.spec.SchedulePiece.Hold;
import io.flowpp.core.spec.SchedulePiece.Linear;
import io.flowpp.core.spec.ScheduleSpec;
import io.flowpp.core.spec.SpecException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class LearningRateTest {
  private static final int EVER = SchedulePiece.FOREVER;

  @Test
  void warmUpIsLinearAndThenConstant() {
    ScheduleSpec schedule = new ScheduleSpec.Constant(4);
    assertThat(List.of(1, 2, 3, 4, 5, 999).stream().map(s -> LearningRate.factor(schedule, s)))
        .containsExactly(.25, .5, .75, 1., 1., 1.);
    assertThat(LearningRate.factor(new ScheduleSpec.Constant(0), 1)).isEqualTo(1);
  }

  @Test
  void aCosineComesDownToItsFloorAtItsHorizon() {
    ScheduleSpec schedule = new ScheduleSpec.Cosine(2, 6, .5);
    List<Double> factors = factors(schedule, 8);
    assertThat(factors.get(0)).isEqualTo(.5);
    assertThat(factors.get(1)).isEqualTo(1);
    assertThat(factors.get(3)).isCloseTo(.75, within(1e-15));
    assertThat(factors.subList(5, 8)).containsExactly(.5, .5, .5);
  }

  @Test
  void piecesFollowOneAnotherWithoutAJump() {
    ScheduleSpec schedule =
        new ScheduleSpec.Pieces(
            List.of(
                new Linear(null, 1, 4),
                new Hold(null, 6),
                new Decay(null, .5, .2, 10),
                new Linear(null, 0, 12)));
    assertThat(factors(schedule, 14))
        .containsExactly(.25, .5, .75, 1., 1., 1., .5, .25, .2, .2, .1, 0., 0., 0.);
  }

  @Test
  void aPieceMayBeginWithAFactorOfItsOwn() {
    ScheduleSpec schedule =
        new ScheduleSpec.Pieces(
            List.of(
                new Hold(.5, 2),
                new Linear(0., 1, 4),
                new Decay(.4, .5, 0, 5),
                new Hold(.3, EVER)));
    assertThat(factors(schedule, 7)).containsExactly(.5, .5, .5, 1., .2, .3, .3);
    assertThat(LearningRate.factor(schedule, EVER)).isEqualTo(.3);
  }

  @Test
  void aDecayIsItsRatioToThePowerOfItsSteps() {
    ScheduleSpec schedule =
        new ScheduleSpec.Pieces(List.of(new Hold(1., 50_000), new Decay(null, .99995, .3, EVER)));
    for (int n : new int[] {1, 100, 24_078}) {
      assertThat(LearningRate.factor(schedule, 50_000 + n))
          .isCloseTo(Math.exp(n * Math.log1p(-.00005)), within(1e-12));
    }
    assertThat(LearningRate.factor(schedule, 74_079)).isEqualTo(.3);
  }

  @Property(tries = 300)
  void piecesGiveAFactorAtEveryStepAndJumpOnlyWhereOneSaysWhereItBegins(
      @ForAll("schedules") ScheduleSpec.Pieces schedule) {
    double before = 0;
    int at = 0;
    for (int step = 1; step <= 400; step++) {
      double factor = LearningRate.factor(schedule, step);
      assertThat(factor).as("step %d", step).isBetween(0., 1.);
      List<SchedulePiece> pieces = schedule.pieces();
      boolean starts = at == 0 && step == 1;
      while (at < pieces.size() && step > pieces.get(at).until()) {
        at++;
        starts = true;
      }
      SchedulePiece piece = at < pieces.size() ? pieces.get(at) : new Hold(null, EVER);
      if (!(starts && piece.from() != null)) {
        assertThat(Math.abs(factor - before))
            .as("step %d of %s", step, schedule)
            .isLessThanOrEqualTo(steepest(piece, before, step) + 1e-12);
      }
      before = factor;
    }
  }

  /** How far one step of a piece can go from {@code before}. */
  private static double steepest(SchedulePiece piece, double before, int step) {
    if (piece instanceof Linear line) {
      return Math.abs(line.to() - before) / (line.until() - step + 1);
    }
    return piece instanceof Decay decay ? before * (1 - decay.ratio()) : 0;
  }

  @Provide
  Arbitrary<ScheduleSpec.Pieces> schedules() {
    Arbitrary<Double> factors = Arbitraries.doubles().between(0, 1).ofScale(3);
    Arbitrary<Integer> kinds = Arbitraries.integers().between(0, 2);
    Arbitrary<Integer> lengths = Arbitraries.integers().between(1, 60);
    return Combinators.combine(
            kinds.list().ofMinSize(1).ofMaxSize(6),
            factors.list().ofSize(12),
            lengths.list().ofSize(6),
            Arbitraries.of(true, false).list().ofSize(6))
        .as(
            (kind, factor, length, jumps) -> {
              List<SchedulePiece> pieces = new ArrayList<>();
              int until = 0;
              for (int i = 0; i < kind.size(); i++) {
                until += length.get(i);
                Double from = jumps.get(i) || i == 0 ? factor.get(2 * i) : null;
                double to = factor.get(2 * i + 1);
                pieces.add(
                    switch (kind.get(i)) {
                      case 0 -> new Linear(from, to, until);
                      case 1 -> new Hold(from, until);
                      default -> new Decay(from, .05 + .9 * to, 0, until);
                    });
              }
              return new ScheduleSpec.Pieces(pieces);
            });
  }

  @Test
  void aScheduleThatIsNoneIsTold() {
    assertThatThrownBy(() -> new ScheduleSpec.Constant(-1))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("must not be negative");
    assertThatThrownBy(() -> new ScheduleSpec.Cosine(9, 9, 0))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("after its warm-up of 9 steps, not at step 9");
    assertThatThrownBy(() -> new ScheduleSpec.Cosine(0, 9, 1.5))
        .hasMessageContaining("lies in [0,1]");
    refused("at least one");
    refused("piece 1 must end at step 1 or later, not at step 0", new Linear(null, 1, 0));
    refused(
        "piece 2 must end after step 9, not at step 9", new Linear(null, 1, 9), new Hold(null, 9));
    refused("piece 1 never ends", new Hold(1., EVER), new Hold(null, 9));
    refused("piece 1 must say with what it begins", new Hold(null, EVER));
    refused("piece 1 must say with what it begins", new Decay(null, .5, 0, EVER));
    refused(
        "piece 2 decays to 0.5, but begins at 0.25",
        new Linear(null, .25, 9),
        new Decay(null, .5, .5, EVER));
    for (double bad : new double[] {-.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> new Linear(null, bad, 3)).hasMessageContaining("lies in [0,1]");
      assertThatThrownBy(() -> new Hold(bad, 3)).hasMessageContaining("lies in [0,1]");
      assertThatThrownBy(() -> new Decay(1., .5, bad, 3)).hasMessageContaining("lies in [0,1]");
    }
    for (double bad : new double[] {0, 1, -1, Double.NaN}) {
      assertThatThrownBy(() -> new Decay(1., bad, 0, 3))
          .isInstanceOf(SpecException.class)
          .hasMessageContaining("ratio above 0 and below 1");
    }
    assertThatThrownBy(() -> new Linear(null, 1, EVER)).hasMessageContaining("has a last step");
  }

  private static void refused(String message, SchedulePiece... pieces) {
    assertThatThrownBy(() -> new ScheduleSpec.Pieces(List.of(pieces)))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining(message);
  }

  private static List<Double> factors(ScheduleSpec schedule, int steps) {
    List<Double> factors = new ArrayList<>();
    for (int step = 1; step <= steps; step++) {
      factors.add(LearningRate.factor(schedule, step));
    }
    return factors;
  }
}
