package io.flowpp.core.dequantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.flow.Flow;
import io.flowpp.core.flow.FlowChain;
import io.flowpp.core.flow.NormalCdf;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.nn.ContextNetwork;
import io.flowpp.core.nn.Parameters;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.random.Randomness;
import io.flowpp.core.spec.ContextSpec;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.testing.Lab;
import io.flowpp.core.testing.Specs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** q(u|x) pushed, pulled and evaluated, and uniform noise as a flow of Gaussian noise. */
class DequantizerTest {
  private static final ModelSpec SPEC =
      Specs.tiny(1, Specs.mixture(3, Specs.conditioner(4, 1, Specs.ATTENTION, 0)));

  private final Lab lab = new Lab();
  private Gradients off;
  private FlowPlusPlus model;
  private Pass pass;
  private NDArray x;

  @BeforeEach
  void build() {
    off = Gradients.off();
    model = FlowPlusPlus.build(SPEC);
    pass = lab.pass(lab.lively(model.parameters(), DataType.FLOAT64, 4, .5f), Pass.Mode.EVALUATE);
    x = lab.images(DataType.FLOAT64, 1, 8, 2, 4, 4, 1);
  }

  @AfterEach
  void close() {
    off.close();
    lab.close();
  }

  @Test
  void theDensityOfGivenNoiseIsThatOfTheDrawThatGaveIt() {
    NDArray eps = lab.gaussian(DataType.FLOAT64, 2, 1, 6, 4, 4, 1);
    Dequantizer.Noise noise = model.dequantizer().push(x, eps, 3, pass);
    NDArray density = model.dequantizer().logDensity(x, noise.u(), 3, pass);
    assertThat(density.toDoubleArray())
        .usingComparatorWithPrecision(1e-9)
        .containsExactly(noise.logDensity().toDoubleArray());
    // of the other image it is another density
    NDArray other = model.dequantizer().logDensity(x.flip(0), noise.u(), 3, pass);
    assertThat(other.sub(density).abs().min().getDouble()).isGreaterThan(1e-3);
  }

  /** The variational dequantizer's code with a flow that knows nothing of the image. */
  @Test
  void theElementwiseFlowHasNoDensityAndExactlyTheUniformBound() {
    Parameters parameters = new Parameters();
    VariationalDequantizer q =
        new VariationalDequantizer(
            new ContextNetwork(parameters, new ContextSpec(3, 1), new Shape(4, 2, 1), 0),
            new FlowChain(java.util.List.of(NormalCdf.INSTANCE)),
            SPEC.bits());
    Weights weights = lab.lively(parameters.all(), DataType.FLOAT64, 5);
    Pass context = lab.pass(weights, Pass.Mode.EVALUATE);
    // out to 6 standard deviations and more
    NDArray eps = lab.gaussian(DataType.FLOAT64, 2, 2, 200, 4, 4, 1);
    Dequantizer.Noise noise = q.push(x, eps, 100, context);
    assertThat(eps.abs().max().getDouble()).isGreaterThan(6);
    assertThat(noise.logDensity().abs().max().getDouble()).isLessThan(1e-12);
    double[] u = noise.u().toDoubleArray();
    double[] e = eps.toDoubleArray();
    for (int i = 0; i < u.length; i++) {
      double expected = lowerTail(-Math.abs(e[i]));
      double side = e[i] < 0 ? u[i] : 1 - u[i];
      assertThat(side).isCloseTo(expected, within(1e-11 * expected + 3e-16));
    }
    NDArray zeros = lab.manager().zeros(new Shape(200), DataType.FLOAT64);
    double[] uniform =
        model.bound(x, new Dequantizer.Noise(noise.u(), zeros), 100, pass).value().toDoubleArray();
    assertThat(model.bound(x, noise, 100, pass).value().toDoubleArray()).isEqualTo(uniform);

    UniformDequantizer direct = new UniformDequantizer();
    Dequantizer.Noise pushed = direct.push(x, eps, 100, pass);
    assertThat(pushed.u().toDoubleArray()).isEqualTo(u);
    assertThat(pushed.logDensity().toDoubleArray()).isEqualTo(noise.logDensity().toDoubleArray());
    assertThat(direct.logDensity(x, noise.u(), 100, pass)).isEqualTo(zeros);
  }

  @Test
  void uniformDrawsLieInsideTheirCell() {
    NDArray wide = lab.images(DataType.FLOAT32, 1, 8, 2, 4, 4, 1);
    Dequantizer.Noise noise = new UniformDequantizer().draw(wide, Randomness.ofBatch(3), 500, pass);
    assertThat(noise.logDensity().abs().max().getFloat()).isZero();
    assertThat(noise.u().min().getFloat()).isGreaterThan(0);
    assertThat(noise.u().max().getFloat()).isLessThan(1);
    assertThat(noise.u().mean().getFloat()).isCloseTo(.5f, within(.01f));
  }

  @Test
  void theTailOfTheElementwiseFlowIsExact() {
    double[] far = {-8, -20, -37};
    NDArray eps = lab.manager().create(far, new Shape(1, 1, 3, 1));
    NDList u = NormalCdf.INSTANCE.forward(new NDList(eps), Flow.Condition.NONE, pass).value();
    // Φ(-8), Φ(-20), Φ(-37)
    double[] expected = {6.220960574271784e-16, 2.753624118606234e-89, 5.725571222524577e-300};
    double[] stated = u.head().toDoubleArray();
    for (int i = 0; i < far.length; i++) {
      assertThat(stated[i]).isCloseTo(expected[i], within(1e-12 * expected[i]));
    }
    assertThat(NormalCdf.INSTANCE.inverse(u, Flow.Condition.NONE, pass).head().toDoubleArray())
        .usingComparatorWithPrecision(1e-11)
        .containsExactly(far);
  }

  /** Φ(z) for z ≤ 0 by Laplace's continued fraction far out and the Taylor series near 0. */
  private static double lowerTail(double z) {
    double density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
    if (z < -3) {
      double fraction = -z;
      for (int k = 200; k > 0; k--) {
        fraction = -z + k / fraction;
      }
      return density / fraction;
    }
    double term = z;
    double sum = z;
    for (int k = 1; k < 100; k++) {
      term *= z * z / (2 * k + 1);
      sum += term;
    }
    return .5 + density * sum;
  }
}
