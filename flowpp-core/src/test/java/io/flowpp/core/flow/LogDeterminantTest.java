package io.flowpp.core.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.nn.Parameters;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.spec.CouplingSpec;
import io.flowpp.core.spec.MixingSpec;
import io.flowpp.core.testing.Jacobian;
import io.flowpp.core.testing.Lab;
import io.flowpp.core.testing.Specs;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every layer's log-determinant is that of its autodiff Jacobian, and its inverse undoes it. */
class LogDeterminantTest {
  private static final Shape HALF = new Shape(4, 2, 2);
  private static final int CONTEXT = 3;
  private static Lab lab;

  @BeforeAll
  static void open() {
    lab = new Lab();
  }

  @AfterAll
  static void close() {
    lab.close();
  }

  /** What one layer needs: how to build it and where its input lies. */
  record Case(String name, Function<Parameters, Flow> build, boolean halves, boolean context) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> layers() {
    return Stream.of(
        new Case("norm", p -> new ActNorm(p, HALF), true, false),
        new Case("pointwise", p -> new InvertibleLinear(p, 2), true, false),
        coupling("mixture, attention", Specs.ATTENTION, 3, false),
        coupling("mixture, attention, context", Specs.ATTENTION, 3, true),
        coupling("mixture, gated linear", Specs.NO_ATTENTION, 3, false),
        coupling("mixture, gated linear, context", Specs.NO_ATTENTION, 3, true),
        coupling("mixture of one", Specs.ATTENTION, 1, false),
        coupling("affine, attention", Specs.ATTENTION, 0, false),
        coupling("affine, gated linear, context", Specs.NO_ATTENTION, 0, true));
  }

  private static Case coupling(String name, MixingSpec mixing, int components, boolean context) {
    var network = Specs.conditioner(4, 2, mixing, 0);
    int filters = context ? CONTEXT : 0;
    return new Case(
        name,
        p ->
            components == 0
                ? new AffineCoupling(p, name, new CouplingSpec.Affine(network), HALF, filters)
                : new MixtureCoupling(
                    p,
                    name,
                    new CouplingSpec.MixtureOfLogistics(components, network),
                    HALF,
                    filters),
        true,
        context);
  }

  @ParameterizedTest
  @MethodSource("layers")
  void logDetIsThatOfTheAutodiffJacobian(Case layer) {
    Parameters parameters = new Parameters();
    Flow flow = layer.build().apply(parameters);
    Weights weights = lab.lively(parameters.all(), DataType.FLOAT64, 7);
    for (Pass.Mode mode : List.of(Pass.Mode.EVALUATE, Pass.Mode.REFERENCE)) {
      check(flow, halves(DataType.FLOAT64), condition(layer), lab.pass(weights, mode));
    }
  }

  @ParameterizedTest
  @EnumSource
  void rearrangementsOnlyMoveValues(Rearrangement flow) {
    NDList x =
        flow == Rearrangement.CHECKERBOARD_JOIN
                || flow == Rearrangement.CHANNEL_JOIN
                || flow == Rearrangement.FLIP
            ? halves(DataType.FLOAT64)
            : new NDList(lab.gaussian(DataType.FLOAT64, 3, 1, 1, 4, 4, 2));
    Pass pass = lab.pass(lab.start(List.of(), DataType.FLOAT64, 1), Pass.Mode.EVALUATE);
    check(flow, x, Flow.Condition.NONE, pass);
    double[] sorted = sorted(flow.forward(x, Flow.Condition.NONE, pass).value());
    assertThat(sorted).isEqualTo(sorted(x));
  }

  @ParameterizedTest
  @MethodSource("elementwise")
  void elementwiseMapsHaveTheirDerivativesAsDeterminant(Flow flow, double centre, double scale) {
    NDArray x = lab.gaussian(DataType.FLOAT64, 5, scale, 1, 2, 4, 2);
    x = x.add(lab.gaussian(DataType.FLOAT64, 5, 0, 1).add(centre));
    Pass pass = lab.pass(lab.start(List.of(), DataType.FLOAT64, 1), Pass.Mode.EVALUATE);
    check(flow, new NDList(x), Flow.Condition.NONE, pass);
  }

  static Stream<org.junit.jupiter.params.provider.Arguments> elementwise() {
    return Stream.of(
        org.junit.jupiter.params.provider.Arguments.of(new LogitTransform(8), 128, 30),
        org.junit.jupiter.params.provider.Arguments.of(new LogitTransform(3), 4, 1),
        org.junit.jupiter.params.provider.Arguments.of(Sigmoid.INSTANCE, 0, 3),
        org.junit.jupiter.params.provider.Arguments.of(NormalCdf.INSTANCE, 0, 1));
  }

  private static void check(Flow flow, NDList x, Flow.Condition condition, Pass pass) {
    Flow.Transformed y = flow.forward(x, condition, pass);
    double expected = Jacobian.logDet(x, leaves -> flow.forward(leaves, condition, pass).value());
    double stated = y.logDet() == null ? 0 : y.logDet().toDoubleArray()[0];
    assertThat(stated).isCloseTo(expected, within(1e-9 * Math.max(1, Math.abs(expected))));
    try (Gradients off = Gradients.off()) {
      NDList back = flow.inverse(y.value(), condition, pass);
      assertThat(back).hasSameSizeAs(x);
      for (int i = 0; i < x.size(); i++) {
        assertThat(back.get(i).getShape()).isEqualTo(x.get(i).getShape());
        assertThat(back.get(i).toDoubleArray())
            .usingComparatorWithPrecision(1e-9)
            .containsExactly(x.get(i).toDoubleArray());
      }
      NDList again = flow.forward(back, condition, pass).value();
      for (int i = 0; i < again.size(); i++) {
        assertThat(again.get(i).toDoubleArray())
            .usingComparatorWithPrecision(1e-10)
            .containsExactly(y.value().get(i).toDoubleArray());
      }
    }
  }

  private static NDList halves(DataType type) {
    return new NDList(lab.gaussian(type, 3, 1, 1, 4, 2, 2), lab.gaussian(type, 4, 1, 1, 4, 2, 2));
  }

  private static Flow.Condition condition(Case layer) {
    return layer.context()
        ? new Flow.Condition(lab.gaussian(DataType.FLOAT64, 9, 1, 1, 4, 2, 2 * CONTEXT))
        : Flow.Condition.NONE;
  }

  private static double[] sorted(NDList parts) {
    return parts.stream()
        .flatMapToDouble(p -> java.util.Arrays.stream(p.toDoubleArray()))
        .sorted()
        .toArray();
  }
}
