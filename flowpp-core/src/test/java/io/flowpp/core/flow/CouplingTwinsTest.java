package io.flowpp.core.flow;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.nn.Parameters;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.spec.CouplingSpec;
import io.flowpp.core.testing.Lab;
import io.flowpp.core.testing.Specs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The fast couplings and their plain twins agree: value, log-determinant, inverse, and the
 * gradients of input and weights.
 */
class CouplingTwinsTest {
  private static final Shape HALF = new Shape(4, 3, 2);
  private static Lab lab;

  @BeforeAll
  static void open() {
    lab = new Lab();
  }

  @AfterAll
  static void close() {
    lab.close();
  }

  /** What one way to compute gives: values and gradients, named. */
  private record Outcome(List<double[]> values, List<double[]> gradients) {}

  /** No component is the affine ablation. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 7})
  void bothFormsComputeTheSame(int components) {
    var network = Specs.conditioner(4, 1, Specs.ATTENTION, 0);
    Parameters parameters = new Parameters();
    Flow coupling =
        components == 0
            ? new AffineCoupling(parameters, "affine", new CouplingSpec.Affine(network), HALF, 0)
            : new MixtureCoupling(
                parameters,
                "mixture",
                new CouplingSpec.MixtureOfLogistics(components, network),
                HALF,
                0);
    Outcome plain = outcome(coupling, parameters, Pass.Mode.REFERENCE);
    Outcome fast = outcome(coupling, parameters, Pass.Mode.EVALUATE);
    assertThat(fast.values).hasSize(4);
    agree(fast.values, plain.values);
    agree(fast.gradients, plain.gradients);
  }

  private static Outcome outcome(Flow coupling, Parameters parameters, Pass.Mode mode) {
    try (Weights weights = lab.lively(parameters.all(), DataType.FLOAT64, 5, 2)) {
      weights.requireGradients();
      Pass pass = lab.pass(weights, mode);
      NDArray a = lab.gaussian(DataType.FLOAT64, 1, 1, 2, 4, 3, 2);
      NDArray b = lab.gaussian(DataType.FLOAT64, 2, 4, 2, 4, 3, 2);
      b.setRequiresGradient(true);
      List<double[]> values = new ArrayList<>();
      try (Gradients on = Gradients.record()) {
        Flow.Transformed t = coupling.forward(new NDList(a, b), Flow.Condition.NONE, pass);
        NDArray y = t.value().get(1);
        values.add(t.value().get(0).toDoubleArray());
        values.add(y.toDoubleArray());
        values.add(t.logDet().toDoubleArray());
        // a direction that weighs every output differently
        NDArray direction = lab.gaussian(DataType.FLOAT64, 77, 1, 2, 4, 3, 2);
        NDArray images = lab.gaussian(DataType.FLOAT64, 78, 1, 2);
        Gradients.backward(y.mul(direction).sum().add(t.logDet().mul(images).sum()));
      }
      try (Gradients off = Gradients.off()) {
        NDArray y = lab.gaussian(DataType.FLOAT64, 3, 4, 2, 4, 3, 2);
        NDList x = coupling.inverse(new NDList(a, y), Flow.Condition.NONE, pass);
        values.add(x.get(1).toDoubleArray());
      }
      List<NDArray> leaves = new ArrayList<>(weights.views());
      leaves.add(b);
      return new Outcome(
          values,
          Gradients.of(leaves, lab.manager()).stream().map(NDArray::toDoubleArray).toList());
    }
  }

  private static void agree(List<double[]> fast, List<double[]> plain) {
    assertThat(fast).hasSameSizeAs(plain);
    for (int i = 0; i < plain.size(); i++) {
      double largest = Arrays.stream(plain.get(i)).map(Math::abs).max().orElseThrow();
      // a bias before a softmax over keys has no gradient but rounding
      assertThat(fast.get(i))
          .as("array %s", i)
          .usingComparatorWithPrecision(1e-10 * Math.max(1e-3, largest))
          .containsExactly(plain.get(i));
    }
  }
}
