package io.flowpp.core.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.kernel.MixtureTransform;
import io.flowpp.core.testing.Lab;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Logit of a mixture's CDF, and its inverse, far outside where a trained model goes. */
class MixtureExtremesTest {
  private static final int K = 4;

  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  enum Precision {
    DOUBLE(DataType.FLOAT64, 0x1p-52),
    SINGLE(DataType.FLOAT32, 0x1p-23);

    final DataType type;
    final double eps;

    Precision(DataType type, double eps) {
      this.type = type;
      this.eps = eps;
    }
  }

  /** Weights, means and log-scales of one mixture; s = t = 0. */
  private record Mixture(double[] logits, double[] means, double[] logScales) {
    double logWeight(int k) {
      double sum = 0;
      for (double l : logits) {
        sum += Math.exp(l);
      }
      return logits[k] - Math.log(sum);
    }

    double scale(int k) {
      return Math.exp(Math.max(-7, logScales[k]));
    }

    double reach() {
      return Arrays.stream(means).map(Math::abs).max().orElseThrow();
    }

    /**
     * Left of all components F = Σ w e^z to all digits, so logit F = log Σ w e^z; right of them
     * logit F = -log Σ w e^-z.
     */
    double tailLogit(double x, int side) {
      double max = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < K; k++) {
        max = Math.max(max, term(k, x, side));
      }
      double sum = 0;
      for (int k = 0; k < K; k++) {
        sum += Math.exp(term(k, x, side) - max);
      }
      return -side * (max + Math.log(sum));
    }

    /** log of the derivative of {@link #tailLogit}: the mean of 1/s over those terms. */
    double tailLogSlope(double x, int side) {
      double log = -side * tailLogit(x, side);
      double slope = 0;
      for (int k = 0; k < K; k++) {
        slope += Math.exp(term(k, x, side) - log) / scale(k);
      }
      return Math.log(slope);
    }

    private double term(int k, double x, int side) {
      return logWeight(k) - side * (x - means[k]) / scale(k);
    }

    int widest() {
      int best = 0;
      for (int k = 1; k < logScales.length; k++) {
        best = scale(k) > scale(best) ? k : best;
      }
      return best;
    }
  }

  private static final Mixture[] MIXTURES = {
    new Mixture(
        new double[] {0, 1, -1, .5}, new double[] {-2, 0, 1, 3}, new double[] {-1, -2, 0, -3}),
    // log-scales at and below the floor
    new Mixture(
        new double[] {0, 0, 0, 0}, new double[] {-1, 0, .5, 2}, new double[] {-7, -7, -30, -6.5}),
    // the widest component almost without weight
    new Mixture(
        new double[] {5, 0, -12, 0}, new double[] {0, 0, 0, 1}, new double[] {-4, -4, 1, -4}),
    // far apart
    new Mixture(
        new double[] {0, 0, 0, 0}, new double[] {-40, -1, 1, 50}, new double[] {-3, -3, -3, -2}),
    // flat to all digits between: there even the slope's logarithm is -30,000
    new Mixture(
        new double[] {0, 0, 0, 0},
        new double[] {-30, -30, 30, 30},
        new double[] {-7, -6.75, -7, -7}),
  };

  @ParameterizedTest
  @EnumSource
  void aThousandScalesBeyondTheOutermostComponentTheTailIsExact(Precision p) {
    for (Mixture m : MIXTURES) {
      for (int side : new int[] {-1, 1}) {
        for (double scales : new double[] {1000, 1e6}) {
          double x = side * (m.reach() + scales * m.scale(m.widest()));
          x = p == Precision.SINGLE ? (float) x : x;
          double logit = m.tailLogit(x, side);
          double tolerance = 4 * p.eps * Math.abs(logit);
          NDList y = forward(p, m, x);
          assertThat(value(y.get(0))).isCloseTo(logit, within(tolerance));
          // log pdf - log F - log(1-F), each as large as the logit
          assertThat(value(y.get(1))).isCloseTo(m.tailLogSlope(x, side), within(2 * tolerance));
        }
      }
    }
  }

  /** In the end the widest component alone counts, however little it weighs. */
  @ParameterizedTest
  @EnumSource
  void inTheEndTheWidestComponentCounts(Precision p) {
    for (Mixture m : MIXTURES) {
      int j = m.widest();
      for (int side : new int[] {-1, 1}) {
        double x = side * 1e5;
        double logit = (x - m.means[j]) / m.scale(j) - side * m.logWeight(j);
        NDList y = forward(p, m, x);
        assertThat(value(y.get(0))).isCloseTo(logit, within(4 * p.eps * Math.abs(logit)));
        double tolerance = 8 * p.eps * Math.abs(logit);
        assertThat(value(y.get(1))).isCloseTo(-Math.log(m.scale(j)), within(tolerance));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theInverseLandsOnItsTargetUpToFifty(Precision p) {
    try (Gradients off = Gradients.off()) {
      for (Mixture m : MIXTURES) {
        for (double target = -50; target <= 50; target += 2.5) {
          NDArray y = scalar(p, target);
          NDList found = lab.kernels().call("mixture_inverse").with(y).with(raw(p, m)).run();
          double x = value(found.head());
          assertThat(x).isFinite();
          NDList again = forward(p, m, x);
          // x is known to one ulp: the logit's error is that times its slope
          double slope = Math.exp(value(again.get(1)));
          double allowed = 8 * p.eps * (1 + Math.abs(target) + slope * Math.max(Math.abs(x), 1e-3));
          assertThat(Math.abs(value(again.get(0)) - target))
              .as("%s, target %s, x %s, slope %s", p, target, x, slope)
              .isLessThanOrEqualTo(allowed);
          assertThat(value(found.get(1))).as("iterations").isLessThan(80);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void gradientsStayFiniteInTheTails(Precision p) {
    for (Mixture m : MIXTURES) {
      for (double x : new double[] {-1e4, -50, 0, 50, 1e4}) {
        try (Gradients on = Gradients.record()) {
          NDArray v = scalar(p, x);
          NDArray raw = raw(p, m);
          v.setRequiresGradient(true);
          raw.setRequiresGradient(true);
          NDList y = lab.kernels().call("mixture_forward").with(v).with(raw).run();
          Gradients.backward(y.get(0).sum().add(y.get(1).sum()));
          assertThat(value(v.getGradient())).isFinite();
          for (double g : raw.getGradient().toType(DataType.FLOAT64, true).toDoubleArray()) {
            assertThat(g).as("at %s", x).isFinite();
          }
        }
      }
    }
  }

  @Test
  void oneComponentIsInvertedWithoutAStep() {
    NDArray y = lab.gaussian(DataType.FLOAT64, 1, 10, 50, 1, 1, 1);
    NDArray raw = lab.gaussian(DataType.FLOAT64, 2, 1, 50, 1, 1, 5);
    NDList found = lab.kernels().call("mixture_inverse").with(y).with(raw).run();
    NDArray again = MixtureTransform.forward(found.head(), raw, lab.kernels()).head();
    assertThat(again.toDoubleArray())
        .usingComparatorWithPrecision(1e-12)
        .containsExactly(y.toDoubleArray());
    assertThat(value(found.get(1).max())).isZero();
  }

  private NDList forward(Precision p, Mixture m, double x) {
    return MixtureTransform.forward(scalar(p, x), raw(p, m), lab.kernels());
  }

  private NDArray scalar(Precision p, double x) {
    return lab.manager().create(new double[] {x}, new Shape(1, 1, 1, 1)).toType(p.type, true);
  }

  private NDArray raw(Precision p, Mixture m) {
    double[] values = new double[2 + 3 * K];
    System.arraycopy(m.logits, 0, values, 2, K);
    System.arraycopy(m.means, 0, values, 2 + K, K);
    System.arraycopy(m.logScales, 0, values, 2 + 2 * K, K);
    return lab.manager().create(values, new Shape(1, 1, 1, values.length)).toType(p.type, true);
  }

  private static double value(NDArray a) {
    return a.toType(DataType.FLOAT64, true).toDoubleArray()[0];
  }
}
