package io.flowpp.core.flow;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.kernel.MixtureTransform;
import io.flowpp.core.testing.Lab;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The mixture's two directions on many elements, from 1 to 64 components with scales of e^-7 to
 * e^3, in the middle, in the tails and between narrow components, each element judged by an own
 * evaluation in float64. In units of the last place of the type under test: errors of the judge
 * count too where that type is float64.
 */
class MixtureAccuracyTest {
  private static final int[] COMPONENTS = {1, 2, 3, 8, 17, 32, 64};
  private static final double ROUNDINGS = 16;
  private static final double FAR = 1000;

  private static Lab lab;

  @BeforeAll
  static void open() {
    lab = new Lab();
  }

  @AfterAll
  static void close() {
    lab.close();
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT64, 20000, 1000",
    "FLOAT32, 20000, 1000",
    // where no logit of a batch is extreme, the inverse works without logarithms
    "FLOAT64, 20000, 150",
    "FLOAT32, 20000, 150"
  })
  void everyElementHoldsItsBounds(DataType type, int elements, double far) {
    holds(type, elements, far);
  }

  @Tag("slow")
  @ParameterizedTest
  @CsvSource({
    "FLOAT64, 1000000, 1000",
    "FLOAT32, 1000000, 1000",
    "FLOAT64, 1000000, 150",
    "FLOAT32, 1000000, 150"
  })
  void aMillionElementsHoldTheirBounds(DataType type, int elements, double far) {
    holds(type, elements, far);
  }

  /** The table of docs/RESULTS.md: all components of one scale, as far apart as their means. */
  @Test
  void newtonNeedsAFractionOfBisectionsIterations() {
    for (DataType type : new DataType[] {DataType.FLOAT64, DataType.FLOAT32}) {
      for (int logScale : new int[] {-1, -2, -3, -5}) {
        Tally tally = new Tally();
        for (int chunk = 0; chunk < 2; chunk++) {
          Elements e = new Elements(type, 2000, 32, new Random(100L + chunk), FAR);
          e.makeEqualScales(logScale);
          check(e, tally);
        }
        System.out.println(type + ", K 32, scales e^" + logScale + ": " + tally);
        assertThat(tally.mean()).isLessThan(tally.meanOfBisection() / 2);
        assertThat(tally.most).isLessThan(tally.mostOfBisection);
      }
    }
  }

  private static void holds(DataType type, int elements, double far) {
    int each = elements / COMPONENTS.length + 1;
    Tally all = new Tally();
    for (int components : COMPONENTS) {
      Tally tally = new Tally();
      Random random = new Random(components);
      for (int done = 0; done < each; done += 10_000) {
        check(new Elements(type, Math.min(10_000, each - done), components, random, far), tally);
      }
      System.out.println(type + ", K " + components + ": " + tally);
      if (components == 1) {
        assertThat(tally.most).as("one component is inverted without a step").isZero();
      } else {
        all.add(tally);
      }
    }
    System.out.println(type + ", K 2 to 64, far " + far + ": " + all);
    assertThat(all.mean()).isLessThan(all.meanOfBisection() / 3);
    // a root inside a narrow component of a wide mixture has first to be found by halving
    assertThat(all.most).isLessThan(64);
    assertThat(all.judgedRoundTrips).isGreaterThan(elements / 4);
  }

  /** Inverse of given y; forward of given x; inverse of that. */
  private static void check(Elements e, Tally tally) {
    try (NDManager manager = lab.manager().newSubManager();
        Gradients off = Gradients.off()) {
      NDArray raw = e.tensor(manager, e.raw, e.width());
      NDArray y = e.tensor(manager, e.y, 1);
      NDArray x = e.tensor(manager, e.x, 1);
      NDList found = lab.kernels().call("mixture_inverse").with(y).with(raw).run();
      NDList pushed = MixtureTransform.forward(x, raw, lab.kernels());
      NDList back = lab.kernels().call("mixture_inverse").with(pushed.get(0)).with(raw).run();
      double[] inverse = doubles(found.get(0));
      double[] iterations = doubles(found.get(1));
      double[] value = doubles(pushed.get(0));
      double[] logDet = doubles(pushed.get(1));
      double[] again = doubles(back.get(0));
      for (int i = 0; i < e.size; i++) {
        Judge judge = new Judge(e, i);
        tally.residual(judge.residual(inverse[i], e.y[i]));
        tally.forward(judge.forwardError(e.x[i], value[i], logDet[i]));
        if (judge.invertible()) {
          tally.roundTrip(judge.roundTrip(e.x[i], again[i], value[i]));
        }
        judge.requireInside(inverse[i], e.y[i]);
        judge.requireInside(again[i], value[i]);
        tally.iterations(iterations[i]);
        if (i % 49 == 0) {
          tally.bisection(iterations[i], judge.bisection(e.y[i]));
        }
      }
    }
  }

  private static double[] doubles(NDArray array) {
    return array.toType(DataType.FLOAT64, true).toDoubleArray();
  }

  /** Largest errors in units of the last place, and counts. Every bound is asserted on entry. */
  private static final class Tally {
    private double residual;
    private double forward;
    private double roundTrip;
    private long judgedRoundTrips;
    private long count;
    private double sum;
    private double most;
    private long compared;
    private double sumOfCompared;
    private double sumOfBisection;
    private double mostOfBisection;

    void residual(double error) {
      assertThat(error).as("residual of the inverse").isLessThanOrEqualTo(ROUNDINGS);
      residual = Math.max(residual, error);
    }

    void forward(double error) {
      assertThat(error).as("error of the forward map").isLessThanOrEqualTo(ROUNDINGS);
      forward = Math.max(forward, error);
    }

    void roundTrip(double error) {
      assertThat(error).as("x to y to x").isLessThanOrEqualTo(ROUNDINGS);
      roundTrip = Math.max(roundTrip, error);
      judgedRoundTrips++;
    }

    void iterations(double iterations) {
      count++;
      sum += iterations;
      most = Math.max(most, iterations);
    }

    void bisection(double newton, int iterations) {
      compared++;
      sumOfCompared += newton;
      sumOfBisection += iterations;
      mostOfBisection = Math.max(mostOfBisection, iterations);
    }

    void add(Tally other) {
      residual = Math.max(residual, other.residual);
      forward = Math.max(forward, other.forward);
      roundTrip = Math.max(roundTrip, other.roundTrip);
      judgedRoundTrips += other.judgedRoundTrips;
      count += other.count;
      sum += other.sum;
      most = Math.max(most, other.most);
      compared += other.compared;
      sumOfCompared += other.sumOfCompared;
      sumOfBisection += other.sumOfBisection;
      mostOfBisection = Math.max(mostOfBisection, other.mostOfBisection);
    }

    double mean() {
      return sumOfCompared / compared;
    }

    double meanOfBisection() {
      return sumOfBisection / compared;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%d elements; iterations mean %.2f, most %.0f; bisection on %d of them mean %.2f, most"
              + " %.0f; largest errors in roundings: residual %.2f, forward %.2f, x to y to x %.2f",
          count,
          sum / count,
          most,
          compared,
          meanOfBisection(),
          mostOfBisection,
          residual,
          forward,
          roundTrip);
    }
  }

  /** Parameters exact in the type under test, and what goes in from either side. */
  private static final class Elements {
    final DataType type;
    final int size;
    final int components;
    final double[] raw;
    final double[] x;
    final double[] y;
    private final Random random;
    private final double far;

    /**
     * @param far a fifth of y is at that and minus that; x is up to so many scales outside
     */
    Elements(DataType type, int size, int components, Random random, double far) {
      this.type = type;
      this.size = size;
      this.components = components;
      this.random = random;
      this.far = far;
      raw = new double[size * width()];
      x = new double[size];
      y = new double[size];
      for (int i = 0; i < size; i++) {
        fill(i);
      }
    }

    int width() {
      return 2 + 3 * components;
    }

    double epsilon() {
      return type == DataType.FLOAT32 ? 0x1p-23 : 0x1p-52;
    }

    private double rounded(double value) {
      return type == DataType.FLOAT32 ? (float) value : value;
    }

    private void fill(int i) {
      int at = i * width();
      raw[at] = rounded(random.nextGaussian());
      raw[at + 1] = rounded(random.nextGaussian());
      double reach = 0;
      double widest = 0;
      for (int k = 0; k < components; k++) {
        raw[at + 2 + k] = rounded(3 * random.nextGaussian());
        double mean = rounded(3 * random.nextGaussian());
        // down to -8, so that one in eleven lies below the floor of -7
        double logScale = rounded(-8 + 11 * random.nextDouble());
        raw[at + 2 + components + k] = mean;
        raw[at + 2 + 2 * components + k] = logScale;
        reach = Math.max(reach, Math.abs(mean));
        widest = Math.max(widest, Math.exp(Math.max(-7, logScale)));
      }
      double beyond = reach + far * widest * random.nextDouble();
      x[i] =
          rounded(
              switch (i % 4) {
                case 0 -> beyond;
                case 1 -> -beyond;
                default -> 3 * random.nextGaussian();
              });
      y[i] =
          rounded(
              switch (i % 10) {
                case 0 -> far;
                case 1 -> -far;
                case 2, 3, 4, 5 -> -50 + 100 * random.nextDouble();
                default -> 3 * random.nextGaussian();
              });
    }

    /** As wide as a trained model's: N(0,1) means and logits, y ~ N(0,4). */
    void makeEqualScales(double logScale) {
      for (int i = 0; i < size; i++) {
        int at = i * width();
        for (int k = 0; k < components; k++) {
          raw[at + 2 + k] = rounded(random.nextGaussian());
          raw[at + 2 + components + k] = rounded(random.nextGaussian());
          raw[at + 2 + 2 * components + k] = logScale;
        }
        x[i] = rounded(random.nextGaussian());
        y[i] = rounded(2 * random.nextGaussian());
      }
    }

    NDArray tensor(NDManager manager, double[] values, int channels) {
      return manager.create(values, new Shape(size, 1, 1, channels)).toType(type, true);
    }
  }

  /** One element's mixture in float64, straight from the equations. */
  private static final class Judge {
    private final double epsilon;
    private final double scale;
    private final double shift;
    private final double[] logWeights;
    private final double[] means;
    private final double[] logScales;
    private double logit;
    private double logSlope;

    Judge(Elements e, int element) {
      int at = element * e.width();
      int n = e.components;
      epsilon = e.epsilon();
      scale = Math.tanh(e.raw[at]);
      shift = e.raw[at + 1];
      logWeights = new double[n];
      means = new double[n];
      logScales = new double[n];
      for (int k = 0; k < n; k++) {
        logWeights[k] = e.raw[at + 2 + k];
        means[k] = e.raw[at + 2 + n + k];
        logScales[k] = Math.max(-7, e.raw[at + 2 + 2 * n + k]);
      }
      double total = logSumExp(logWeights);
      for (int k = 0; k < n; k++) {
        logWeights[k] -= total;
      }
    }

    /** Sets logit F(x) and the logarithm of its slope. */
    private void at(double x) {
      int n = means.length;
      double[] below = new double[n];
      double[] above = new double[n];
      double[] density = new double[n];
      for (int k = 0; k < n; k++) {
        double z = (x - means[k]) * Math.exp(-logScales[k]);
        double softplus = Math.log1p(Math.exp(-Math.abs(z)));
        below[k] = logWeights[k] + (Math.min(z, 0) - softplus);
        above[k] = logWeights[k] + (-Math.max(z, 0) - softplus);
        density[k] = below[k] + (-Math.max(z, 0) - softplus) - logScales[k];
      }
      double logF = logSumExp(below);
      double logSurvival = logSumExp(above);
      logit = logF - logSurvival;
      logSlope = logSumExp(density) - logF - logSurvival;
    }

    private static double logSumExp(double[] a) {
      double max = Double.NEGATIVE_INFINITY;
      for (double each : a) {
        max = Math.max(max, each);
      }
      double sum = 0;
      for (double each : a) {
        sum += Math.exp(each - max);
      }
      return max + Math.log(sum);
    }

    private double reach() {
      double reach = 0;
      for (double mean : means) {
        reach = Math.max(reach, Math.abs(mean));
      }
      return reach;
    }

    /** |y(x) - y| in roundings of 1 + |y| + dy/dx (|x| + max|m|). */
    double residual(double x, double y) {
      at(x);
      double slope = Math.exp(logSlope + scale);
      double scaleOfError = 1 + Math.abs(y) + slope * (Math.abs(x) + reach());
      return Math.abs(logit * Math.exp(scale) + shift - y) / (epsilon * scaleOfError);
    }

    /**
     * The larger of two errors: of y in roundings of 1 + |y|, of the log-determinant in roundings
     * of the largest number it is a sum of. Leaves this judge at x.
     */
    double forwardError(double x, double y, double logDet) {
      at(x);
      double exact = logit * Math.exp(scale) + shift;
      double ofValue = Math.abs(y - exact) / (epsilon * (1 + Math.abs(exact)));
      double sum = 1 + Math.abs(logit) + Math.abs(logSlope);
      return Math.max(ofValue, Math.abs(logDet - logSlope - scale) / (epsilon * sum));
    }

    /** Where the last {@link #at} has dx/dy no larger than 1000. */
    boolean invertible() {
      return logSlope + scale >= -Math.log(1e3);
    }

    /** |again - x| in roundings of |x| + (1 + |y|) dx/dy, the judge standing at x. */
    double roundTrip(double x, double again, double y) {
      double inverseSlope = Math.exp(-logSlope - scale);
      return Math.abs(again - x) / (epsilon * (Math.abs(x) + (1 + Math.abs(y)) * inverseSlope));
    }

    /** Finite and between the first and the last component's own quantile, up to rounding. */
    void requireInside(double x, double y) {
      double target = (y - shift) * Math.exp(-scale);
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      double size = 0;
      for (int k = 0; k < means.length; k++) {
        double way = Math.exp(logScales[k]) * target;
        low = Math.min(low, means[k] + way);
        high = Math.max(high, means[k] + way);
        size = Math.max(size, Math.abs(means[k]) + Math.abs(way));
      }
      double slack = 4 * epsilon * size;
      assertThat(x).isBetween(low - slack, high + slack);
    }

    /** Halvings of the bracket until the residual is what the library's iteration stops at. */
    int bisection(double y) {
      double target = (y - shift) * Math.exp(-scale);
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < means.length; k++) {
        double end = means[k] + Math.exp(logScales[k]) * target;
        low = Math.min(low, end);
        high = Math.max(high, end);
      }
      double tolerance = epsilon == 0x1p-52 ? 4 * epsilon : epsilon / 4;
      int count = 0;
      while (high > low && count < 200) {
        double x = low + (high - low) / 2;
        at(x);
        count++;
        double allowed = tolerance * (1 + Math.abs(target) + Math.exp(logSlope) * Math.abs(x));
        if (Math.abs(logit - target) <= allowed || high - low <= 0x1p-52 * Math.abs(x)) {
          break;
        }
        if (logit < target) {
          low = x;
        } else {
          high = x;
        }
      }
      return count;
    }
  }
}
