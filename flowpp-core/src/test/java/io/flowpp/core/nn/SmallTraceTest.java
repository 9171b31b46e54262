package io.flowpp.core.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Networks of few channels by the JVM's vectors are those of the tensor library in float64, both
 * ways.
 */
class SmallTraceTest {
  private static Lab lab;

  @BeforeAll
  static void open() {
    lab = new Lab();
  }

  @AfterAll
  static void close() {
    lab.close();
  }

  /** A network's result and gradients, all but the context's always there. */
  private record Walk(double[] value, List<double[]> gradients) {}

  private interface Network {
    Traced trace(NDArray x, @Nullable NDArray activated, Pass pass);
  }

  /**
   * Filters, heads and output channels reach panels of 16 and 24 columns and what is left of them,
   * widths and heights tiles of 3, 4 and 8 pixels, positions blocks of the attention.
   */
  @ParameterizedTest
  @CsvSource({
    // filters, blocks, heads, context, height, width, channels, per channel, dropout
    "16, 1, 1, 0, 5, 3, 1, 14, 0, PLAIN, LINEAR",
    "16, 2, 0, 3, 4, 4, 2, 5, .25, PLAIN, ACTIVATED",
    "16, 1, 2, 0, 7, 9, 3, 14, .25, NORMALISED, LINEAR",
    "16, 2, -1, 8, 3, 3, 1, 26, 0, NORMALISED, ACTIVATED",
    "24, 1, 1, 0, 7, 8, 4, 14, .5, PLAIN, ACTIVATED",
    "24, 2, 3, 16, 6, 5, 2, 7, 0, PLAIN, LINEAR",
    "32, 1, 4, 0, 9, 6, 12, 8, .25, PLAIN, LINEAR",
    "32, 2, 1, 32, 4, 7, 1, 98, .25, NORMALISED, ACTIVATED",
    "16, 1, 2, 0, 1, 1, 1, 2, 0, PLAIN, LINEAR",
  })
  void conditioners(
      int filters,
      int blocks,
      int heads,
      int context,
      int height,
      int width,
      int channels,
      int perChannel,
      double dropout,
      Weighting weighting,
      Ending ending) {
    Parameters parameters = new Parameters();
    Conditioner network =
        new Conditioner(
            parameters,
            "network",
            new ConditionerSpec(filters, blocks, mixing(heads), dropout, weighting, ending),
            new Shape(height, width, channels),
            perChannel,
            context);
    agree(parameters, network::trace, new long[] {3, height, width, channels}, 2L * context);
  }

  @ParameterizedTest
  @CsvSource({
    "16, 1, false, -1, PLAIN, 0",
    "16, 2, true, -1, NORMALISED, .25",
    "24, 1, true, 2, PLAIN, 0",
    "32, 1, true, 0, PLAIN, .25",
  })
  void contextNetworks(
      int filters, int blocks, boolean normalised, int heads, Weighting weighting, double dropout) {
    Parameters parameters = new Parameters();
    ContextSpec spec = new ContextSpec(filters, blocks, normalised, mixing(heads), weighting);
    ContextNetwork network = new ContextNetwork(parameters, spec, new Shape(5, 6, 1), dropout);
    agree(parameters, (x, none, pass) -> network.trace(x, pass), new long[] {3, 5, 6, 2}, 0);
  }

  private static MixingSpec mixing(int heads) {
    if (heads < 0) {
      return new MixingSpec.None();
    }
    return heads == 0 ? Specs.NO_ATTENTION : new MixingSpec.SelfAttention(heads);
  }

  private static void agree(Parameters parameters, Network network, long[] x, long context) {
    Walk ours = walk(parameters, network, DataType.FLOAT32, x, context, false, SmallTrace.class);
    Walk exact = walk(parameters, network, DataType.FLOAT64, x, context, false, BodyTrace.class);
    assertThat(relative(ours.value, exact.value)).as("value").isLessThan(3e-5);
    for (int i = 0; i < exact.gradients.size(); i++) {
      assertThat(relative(ours.gradients.get(i), exact.gradients.get(i)))
          .as(i < parameters.all().size() ? parameters.all().get(i).name() : "what was read")
          .isLessThan(1e-4);
    }
    Walk lean = walk(parameters, network, DataType.FLOAT32, x, context, true, SmallTrace.class);
    assertThat(lean.value).isEqualTo(ours.value);
    for (int i = 0; i < exact.gradients.size(); i++) {
      assertThat(lean.gradients.get(i)).isEqualTo(ours.gradients.get(i));
    }
  }

  private static Walk walk(
      Parameters parameters,
      Network network,
      DataType type,
      long[] dims,
      long context,
      boolean lean,
      Class<? extends Traced> by) {
    try (NDManager own = lab.manager().newSubManager();
        Weights weights = lab.lively(parameters.all(), type, 5, .5f);
        Weights sums = Weights.zeros(own, lab.kernels(), parameters.all(), type);
        Gradients off = Gradients.off()) {
      Pass pass =
          lab.pass(weights, Pass.Mode.TRAIN)
              .recording(new Pass.Recording(GradientSink.into(sums), lean));
      NDArray x = lab.gaussian(type, 1, 1, dims);
      NDArray activated =
          context == 0 ? null : lab.gaussian(type, 2, 1, dims[0], dims[1], dims[2], context);
      Traced traced = network.trace(x, activated, pass);
      assertThat(traced).isInstanceOf(by);
      double[] first = doubles(traced.value());
      traced.rest();
      double[] value = doubles(traced.value());
      assertThat(value).isEqualTo(first);
      NDArray d = lab.gaussian(type, 77, 1, traced.value().getShape().getShape());
      Traced.Pulled pulled = traced.pull(d);
      List<double[]> gradients = new ArrayList<>();
      sums.views().forEach(g -> gradients.add(doubles(g)));
      gradients.add(doubles(pulled.input()));
      assertThat(pulled.context() != null).isEqualTo(context > 0);
      if (pulled.context() != null) {
        gradients.add(doubles(pulled.context()));
      }
      return new Walk(value, gradients);
    }
  }

  /** Evaluation has no dropout and keeps nothing; the numbers are those of the other way. */
  @ParameterizedTest
  @ValueSource(ints = {16, 24})
  void aWalkThatIsNotDifferentiatedGivesTheSame(int filters) {
    Parameters parameters = new Parameters();
    Conditioner network = conditioner(parameters, filters, 0);
    NDArray x = lab.gaussian(DataType.FLOAT32, 1, 1, 2, 6, 5, 2);
    try (Weights weights = lab.lively(parameters.all(), DataType.FLOAT32, 5);
        Weights sums =
            Weights.zeros(lab.manager(), lab.kernels(), parameters.all(), DataType.FLOAT32);
        Gradients off = Gradients.off()) {
      Pass pass = lab.pass(weights, Pass.Mode.EVALUATE);
      double[] value = doubles(network.apply(x, null, pass));
      Pass.Recording recording = new Pass.Recording(GradientSink.into(sums), false);
      assertThat(doubles(network.trace(x, null, pass.recording(recording)).value()))
          .isEqualTo(value);
    }
  }

  /** An image's numbers and masks are its own, whatever part of the batch is walked. */
  @Test
  void aSplitBatchGivesTheSameBitsAsTheWhole() {
    Parameters parameters = new Parameters();
    Conditioner network = conditioner(parameters, 16, .25);
    NDArray x = lab.gaussian(DataType.FLOAT32, 1, 1, 5, 6, 5, 2);
    try (Weights weights = lab.lively(parameters.all(), DataType.FLOAT32, 5);
        Gradients off = Gradients.off()) {
      double[] whole = doubles(network.apply(x, null, lab.pass(weights, Pass.Mode.TRAIN)));
      List<NDArray> parts = x.split(new long[] {2}, 0);
      Pass second = new Pass(lab.manager(), lab.kernels(), weights, Pass.Mode.TRAIN, 1, 2);
      double[] rest = doubles(network.apply(parts.get(1), null, second));
      assertThat(rest)
          .isEqualTo(Arrays.copyOfRange(whole, whole.length - rest.length, whole.length));
    }
  }

  @Test
  void notANumberComesOutOfItsImageAndOfNoOther() {
    Parameters parameters = new Parameters();
    Conditioner network = conditioner(parameters, 16, 0);
    NDArray x = lab.gaussian(DataType.FLOAT32, 1, 1, 3, 6, 5, 2);
    float[] values = x.toFloatArray();
    values[60 + 7] = Float.NaN;
    NDArray faulty = lab.manager().create(values, x.getShape());
    try (Weights weights = lab.lively(parameters.all(), DataType.FLOAT32, 5);
        Gradients off = Gradients.off()) {
      double[] y = doubles(network.apply(faulty, null, lab.pass(weights, Pass.Mode.EVALUATE)));
      int image = y.length / 3;
      assertThat(Arrays.stream(y, image, 2 * image)).allMatch(v -> Double.isNaN(v));
      assertThat(Arrays.stream(y, 0, image)).noneMatch(v -> Double.isNaN(v));
      assertThat(Arrays.stream(y, 2 * image, y.length)).noneMatch(v -> Double.isNaN(v));
    }
  }

  /** Where a layer's result is large for the whole batch the library is as fast. */
  @Test
  void manyImagesGoToTheLibrary() {
    assertThat(way(16, 136)).isInstanceOf(SmallTrace.class);
    assertThat(way(16, 137)).isInstanceOf(BodyTrace.class);
  }

  /** A model so small is trained for so short a time that the JVM would compile in vain. */
  @Test
  void veryFewFiltersGoToTheLibrary() {
    assertThat(way(8, 2)).isInstanceOf(BodyTrace.class);
  }

  /** So that lean memory holds no gradient of a network that the way back has passed. */
  @Test
  void theWayBackSaysThatItsGradientsAreThere() {
    Parameters parameters = new Parameters();
    Conditioner network = conditioner(parameters, 16, 0);
    Weights weights = lab.start(parameters.all(), DataType.FLOAT32, 1);
    Weights sums = Weights.zeros(lab.manager(), lab.kernels(), parameters.all(), DataType.FLOAT32);
    List<@Nullable Parameter> settled = new ArrayList<>();
    GradientSink sink =
        new GradientSink() {
          @Override
          public NDArray of(Parameter parameter) {
            assertThat(settled).as("settled before " + parameter.name()).isEmpty();
            return sums.get(parameter);
          }

          @Override
          public void settle(@Nullable Parameter unfinished) {
            settled.add(unfinished);
          }
        };
    try (Gradients off = Gradients.off()) {
      Pass pass = lab.pass(weights, Pass.Mode.TRAIN).recording(new Pass.Recording(sink, true));
      Traced traced = network.trace(lab.gaussian(DataType.FLOAT32, 1, 1, 2, 6, 5, 2), null, pass);
      assertThat(settled).isEmpty();
      traced.pull(lab.gaussian(DataType.FLOAT32, 2, 1, 2, 6, 5, 10));
      assertThat(settled).hasSize(1).containsOnlyNulls();
    }
  }

  private static Traced way(int filters, int images) {
    Parameters parameters = new Parameters();
    Conditioner network = conditioner(parameters, filters, 0);
    Weights weights = lab.start(parameters.all(), DataType.FLOAT32, 1);
    Weights sums = Weights.zeros(lab.manager(), lab.kernels(), parameters.all(), DataType.FLOAT32);
    try (Gradients off = Gradients.off()) {
      Pass pass =
          lab.pass(weights, Pass.Mode.TRAIN)
              .recording(new Pass.Recording(GradientSink.into(sums), false));
      return network.trace(lab.gaussian(DataType.FLOAT32, 1, 1, images, 6, 5, 2), null, pass);
    }
  }

  private static Conditioner conditioner(Parameters parameters, int filters, double dropout) {
    return new Conditioner(
        parameters,
        "network",
        Specs.conditioner(filters, 1, Specs.ATTENTION, dropout),
        new Shape(6, 5, 2),
        5,
        0);
  }

  private static double[] doubles(NDArray array) {
    return array.toType(DataType.FLOAT64, true).toDoubleArray();
  }

  private static double relative(double[] a, double[] b) {
    double worst = 0;
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      worst = Math.max(worst, Double.isNaN(a[i]) ? Double.MAX_VALUE : Math.abs(a[i] - b[i]));
      largest = Math.max(largest, Math.abs(b[i]));
    }
    // a bias before a softmax over keys has no gradient but rounding
    return worst / Math.max(largest, .1);
  }
}
