package io.flowpp.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class ElementaryTest {
  private static final double ULP = 0x1p-23;

  @Test
  void exponentialsAreRightToTheLastPlaces() {
    holds(Elementary::exp, Math::exp, -79.9f, 88f, .0371f, 1.5 * ULP);
  }

  @Test
  void expm1KeepsItsDigitsAroundZero() {
    holds(Elementary::expm1, Math::expm1, -79.9f, 10f, .00371f, 2 * ULP);
    for (float x = 1e-30f; x < 1; x *= 1.37f) {
      holds(Elementary::expm1, Math::expm1, -x, x, 2 * x, 2 * ULP);
    }
  }

  @Test
  void logarithmsAreRightToTheLastPlaces() {
    for (float x = 1.2e-38f; x < 3e38f; x *= 1.0173f) {
      double want = Math.log(x);
      assertThat((double) at(Elementary::log, x))
          .as("log %s", x)
          .isCloseTo(want, org.assertj.core.data.Offset.offset(1.5 * ULP * Math.abs(want) + 1e-9));
    }
  }

  @Test
  void log1pKeepsItsDigitsAroundZero() {
    holds(Elementary::log1p, Math::log1p, 0f, 1f, .00037f, 2 * ULP);
    for (float x = 1e-30f; x < 1; x *= 1.37f) {
      holds(Elementary::log1p, Math::log1p, x, 1.5f * x, x, 2 * ULP);
    }
  }

  @Test
  void whatIsNoNumberStaysNone() {
    assertThat(at(Elementary::exp, Float.NaN)).isNaN();
    assertThat(at(Elementary::expm1, Float.NaN)).isNaN();
    assertThat(at(Elementary::log1p, Float.NaN)).isNaN();
    assertThat(at(Elementary::log, Float.NaN)).isNaN();
    assertThat(at(Elementary::log, Float.intBitsToFloat(0xFFC00000))).isNaN();
    assertThat(at(Elementary::exp, Float.NEGATIVE_INFINITY)).isBetween(0f, 2e-35f);
  }

  private static void holds(
      UnaryOperator<FloatVector> ours,
      DoubleUnaryOperator exact,
      float from,
      float to,
      float step,
      double relative) {
    for (float x = from; x <= to; x += step) {
      double want = exact.applyAsDouble(x);
      assertThat(Math.abs(at(ours, x) - want))
          .as("at %s: %s, not %s", x, at(ours, x), want)
          .isLessThanOrEqualTo(relative * Math.abs(want));
    }
  }

  private static float at(UnaryOperator<FloatVector> function, float x) {
    return function.apply(FloatVector.broadcast(Tiles.LANES, x)).lane(3);
  }
}
