package io.flowpp.core.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.spec.ConditionerSpec;
import io.flowpp.core.spec.ContextSpec;
import io.flowpp.core.spec.Ending;
import io.flowpp.core.spec.MixingSpec;
import io.flowpp.core.spec.Weighting;
import io.flowpp.core.testing.Lab;
import io.flowpp.core.testing.Specs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The fast kernels and their plain twins agree, in values and in the gradient of every parameter.
 */
class TwinsTest {
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
    "4, 2, 0, PLAIN, LINEAR",
    "6, 2, 3, PLAIN, ACTIVATED",
    "6, 3, 0, NORMALISED, LINEAR",
    "6, 1, 3, NORMALISED, ACTIVATED",
    "4, 0, 0, PLAIN, LINEAR",
    "4, 0, 3, NORMALISED, ACTIVATED",
    "4, -1, 0, PLAIN, ACTIVATED",
    "4, -1, 3, NORMALISED, LINEAR",
  })
  void conditioners(int filters, int heads, int context, Weighting weighting, Ending ending) {
    Parameters parameters = new Parameters();
    Conditioner network =
        new Conditioner(
            parameters,
            "network",
            new ConditionerSpec(filters, 2, mixing(heads), 0, weighting, ending),
            new Shape(4, 3, 2),
            5,
            context);
    NDArray x = lab.gaussian(DataType.FLOAT64, 1, 1, 2, 4, 3, 2);
    NDArray activated =
        context == 0 ? null : lab.gaussian(DataType.FLOAT64, 2, 1, 2, 4, 3, 2L * context);
    agree(parameters, pass -> network.apply(x, activated, pass));
  }

  @ParameterizedTest
  @CsvSource({
    "5, false, -1, PLAIN",
    "5, true, -1, PLAIN",
    "6, true, 2, NORMALISED",
    "6, true, 0, PLAIN",
    "6, false, -1, NORMALISED",
  })
  void contextNetworks(int filters, boolean normalised, int heads, Weighting weighting) {
    Parameters parameters = new Parameters();
    ContextSpec spec = new ContextSpec(filters, 2, normalised, mixing(heads), weighting);
    ContextNetwork network = new ContextNetwork(parameters, spec, new Shape(4, 3, 3), 0);
    NDArray x = lab.gaussian(DataType.FLOAT64, 1, 1, 2, 4, 3, 6);
    agree(parameters, pass -> network.apply(x, pass));
  }

  /** As the kernels count: 0 for the ablation, -1 for none. */
  private static MixingSpec mixing(int heads) {
    if (heads < 0) {
      return new MixingSpec.None();
    }
    return heads == 0 ? Specs.NO_ATTENTION : new MixingSpec.SelfAttention(heads);
  }

  /**
   * Position-wise and without a neighbour: the initialising walk computes what the training one
   * does.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theInitialisingWalkDropsTheSameValuesAsTheTrainingOne(boolean attention) {
    Parameters parameters = new Parameters();
    Conditioner network =
        new Conditioner(
            parameters,
            "network",
            Specs.conditioner(4, 2, attention ? Specs.ATTENTION : Specs.NO_ATTENTION, .25),
            new Shape(4, 3, 2),
            5,
            0);
    NDArray x = lab.gaussian(DataType.FLOAT64, 1, 1, 3, 4, 3, 2);
    try (Weights weights = lab.lively(parameters.all(), DataType.FLOAT64, 5);
        Gradients off = Gradients.off()) {
      // the walk that initialises leaves weights behind under which it was computed
      double[] initialised =
          network.apply(x, null, lab.pass(weights, Pass.Mode.INITIALISE)).toDoubleArray();
      double[] trained = network.apply(x, null, lab.pass(weights, Pass.Mode.TRAIN)).toDoubleArray();
      double[] evaluated =
          network.apply(x, null, lab.pass(weights, Pass.Mode.EVALUATE)).toDoubleArray();
      assertThat(relative(trained, initialised)).isLessThan(1e-10);
      assertThat(relative(evaluated, trained)).isGreaterThan(1e-3);
    }
  }

  /** The masks of an image are its own, whatever part of the batch a replica walks. */
  @Test
  void aSplitBatchDropsTheSameValuesAsTheWhole() {
    Parameters parameters = new Parameters();
    Conditioner network =
        new Conditioner(
            parameters,
            "network",
            Specs.conditioner(4, 2, Specs.ATTENTION, .25),
            new Shape(4, 3, 2),
            5,
            0);
    NDArray x = lab.gaussian(DataType.FLOAT64, 1, 1, 5, 4, 3, 2);
    try (Weights weights = lab.lively(parameters.all(), DataType.FLOAT64, 5);
        Gradients off = Gradients.off()) {
      double[] whole = network.apply(x, null, lab.pass(weights, Pass.Mode.TRAIN)).toDoubleArray();
      List<NDArray> parts = x.split(new long[] {2}, 0);
      double[] first = network.apply(parts.get(0), null, training(weights, 0)).toDoubleArray();
      double[] second = network.apply(parts.get(1), null, training(weights, 2)).toDoubleArray();
      double[] both = Arrays.copyOf(first, whole.length);
      System.arraycopy(second, 0, both, first.length, second.length);
      assertThat(relative(both, whole)).isLessThan(1e-12);
    }
  }

  @Test
  void masksDropTheirShareAndKeepTheMean() {
    Pass pass = lab.pass(lab.start(List.of(), DataType.FLOAT32, 1), Pass.Mode.TRAIN);
    List<Shape> shapes = List.of(new Shape(10, 8, 8, 16), new Shape(10, 8, 8, 16));
    List<NDArray> masks = pass.dropoutMasks("layer", .2, DataType.FLOAT32, shapes);
    assertThat(masks).hasSize(3); // the first is a placeholder
    for (NDArray mask : masks.subList(1, 3)) {
      float[] values = mask.toFloatArray();
      double kept = 0;
      float scale = 256f / (256 - 51);
      for (float v : values) {
        assertThat(v == 0 || v == scale).as("0 or 1/(1-p), not %s", v).isTrue();
        kept += v == 0 ? 0 : 1;
      }
      // five standard deviations of a share of 10,240 draws
      assertThat(kept / values.length).isBetween(.8 - .02, .8 + .02);
    }
    assertThat(masks.get(1).toFloatArray()).isNotEqualTo(masks.get(2).toFloatArray());
    assertThat(pass.dropoutMasks("other", .2, DataType.FLOAT32, shapes).get(1).toFloatArray())
        .isNotEqualTo(masks.get(1).toFloatArray());
    assertThat(pass.dropoutMasks("layer", .2, DataType.FLOAT32, shapes).get(1).toFloatArray())
        .isEqualTo(masks.get(1).toFloatArray());
    assertThat(pass.dropoutMasks("layer", 0, DataType.FLOAT32, shapes)).hasSize(1);
    Pass evaluating = lab.pass(pass.weights(), Pass.Mode.EVALUATE);
    assertThat(evaluating.dropoutMasks("layer", .2, DataType.FLOAT32, shapes)).hasSize(1);
  }

  @Test
  void aContextThatIsMissingOrTooManyIsRefused() {
    Parameters parameters = new Parameters();
    var spec = Specs.conditioner(4, 2, Specs.ATTENTION, 0);
    Conditioner with = new Conditioner(parameters.in("a"), "a", spec, new Shape(4, 3, 2), 5, 3);
    Conditioner without = new Conditioner(parameters.in("b"), "b", spec, new Shape(4, 3, 2), 5, 0);
    Pass pass = lab.pass(lab.start(parameters.all(), DataType.FLOAT64, 1), Pass.Mode.EVALUATE);
    NDArray x = lab.gaussian(DataType.FLOAT64, 1, 1, 2, 4, 3, 2);
    NDArray activated = lab.gaussian(DataType.FLOAT64, 2, 1, 2, 4, 3, 6);
    assertThatThrownBy(() -> with.apply(x, null, pass)).hasMessageContaining("context");
    assertThatThrownBy(() -> without.apply(x, activated, pass)).hasMessageContaining("context");
  }

  private static Pass training(Weights weights, int firstImage) {
    return new Pass(lab.manager(), lab.kernels(), weights, Pass.Mode.TRAIN, 1, firstImage);
  }

  private static void agree(Parameters parameters, Function<Pass, NDArray> network) {
    List<double[]> values = new ArrayList<>();
    List<List<double[]>> gradients = new ArrayList<>();
    boolean mixes = parameters.all().stream().anyMatch(p -> p.name().contains("mixing"));
    for (Pass.Mode mode : List.of(Pass.Mode.REFERENCE, Pass.Mode.EVALUATE, Pass.Mode.TRAIN)) {
      try (Weights weights = lab.lively(parameters.all(), DataType.FLOAT64, 5)) {
        weights.requireGradients();
        try (Gradients on = Gradients.record()) {
          NDArray y = network.apply(lab.pass(weights, mode));
          values.add(y.toDoubleArray());
          long[] dims = y.getShape().getShape();
          // a direction that weighs every output differently
          Gradients.backward(y.mul(lab.gaussian(DataType.FLOAT64, 77, 1, dims)).sum());
        }
        List<NDArray> g = Gradients.of(weights.views(), lab.manager());
        gradients.add(g.stream().map(NDArray::toDoubleArray).toList());
      }
    }
    for (int fast = 1; fast < values.size(); fast++) {
      assertThat(relative(values.get(fast), values.get(0))).isLessThan(1e-10);
      for (int i = 0; i < parameters.all().size(); i++) {
        double[] plain = gradients.get(0).get(i);
        String name = parameters.all().get(i).name();
        boolean read = mixes || !name.equals("position");
        assertThat(Arrays.stream(plain).anyMatch(d -> d != 0))
            .as("gradient of " + name)
            .isEqualTo(read);
        assertThat(relative(gradients.get(fast).get(i), plain)).as(name).isLessThan(1e-10);
      }
    }
  }

  private static double relative(double[] a, double[] b) {
    double worst = 0;
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      worst = Math.max(worst, Double.isNaN(a[i]) ? Double.MAX_VALUE : Math.abs(a[i] - b[i]));
      largest = Math.max(largest, Math.abs(b[i]));
    }
    // a bias before a softmax over keys has no gradient but rounding
    return worst / Math.max(largest, 1e-3);
  }
}
