package io.flowpp.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import io.flowpp.core.dequantize.VariationalDequantizer;
import io.flowpp.core.flow.Flow;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.spec.CouplingSpec;
import io.flowpp.core.spec.FlowStepSpec;
import io.flowpp.core.spec.ImageShape;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.SplitKind;
import io.flowpp.core.testing.Jacobian;
import io.flowpp.core.testing.Lab;
import io.flowpp.core.testing.Specs;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole small model: its log-determinants, its inverse, in float64 and float32. */
class WholeModelTest {
  private static final CouplingSpec MIXTURE =
      Specs.mixture(3, Specs.conditioner(4, 1, Specs.ATTENTION, .2));
  private static final CouplingSpec AFFINE =
      Specs.affine(Specs.conditioner(4, 1, Specs.NO_ATTENTION, .2));

  static Stream<CouplingSpec> couplings() {
    return Stream.of(MIXTURE, AFFINE);
  }

  @ParameterizedTest
  @MethodSource("couplings")
  void theFlowsLogDetIsThatOfItsJacobian(CouplingSpec coupling) {
    try (Lab lab = new Lab()) {
      FlowPlusPlus model = FlowPlusPlus.build(Specs.tiny(1, coupling));
      Weights weights = lab.lively(model.parameters(), DataType.FLOAT64, 3);
      Pass pass = lab.pass(weights, Pass.Mode.EVALUATE);
      NDArray v = dequantized(lab, DataType.FLOAT64, 5, 1, 4, 4, 1);
      double expected =
          Jacobian.logDet(
              new NDList(v), x -> model.flow().forward(x, Flow.Condition.NONE, pass).value());
      Flow.Transformed t = model.flow().forward(new NDList(v), Flow.Condition.NONE, pass);
      double[] stated = t.logDet().toDoubleArray();
      assertThat(stated[0]).isCloseTo(expected, within(1e-8));
      double normal = 0;
      for (double z : t.value().head().toDoubleArray()) {
        normal -= z * z / 2 + Math.log(2 * Math.PI) / 2;
      }
      double density = model.logDensity(v, pass).toDoubleArray()[0];
      assertThat(density).isCloseTo(normal + expected, within(1e-8 * Math.abs(density)));
    }
  }

  @ParameterizedTest
  @MethodSource("couplings")
  void theDequantizersDensityIsThatOfItsJacobian(CouplingSpec coupling) {
    try (Lab lab = new Lab()) {
      FlowPlusPlus model = FlowPlusPlus.build(Specs.tiny(1, coupling));
      Weights weights = lab.lively(model.parameters(), DataType.FLOAT64, 4);
      Pass pass = lab.pass(weights, Pass.Mode.EVALUATE);
      var q = (VariationalDequantizer) model.dequantizer();
      NDArray x = lab.images(DataType.FLOAT64, 1, 8, 1, 4, 4, 1);
      NDArray eps = lab.gaussian(DataType.FLOAT64, 2, 1, 1, 4, 4, 1);
      double logDet =
          Jacobian.logDet(new NDList(eps), e -> new NDList(q.push(x, e.head(), 1, pass).u()));
      double normal = 0;
      for (double e : eps.toDoubleArray()) {
        normal -= e * e / 2 + Math.log(2 * Math.PI) / 2;
      }
      var noise = q.push(x, eps, 1, pass);
      assertThat(noise.logDensity().toDoubleArray()[0]).isCloseTo(normal - logDet, within(1e-8));
      try (Gradients off = Gradients.off()) {
        assertThat(q.pull(x, noise.u(), pass).toDoubleArray())
            .usingComparatorWithPrecision(1e-8)
            .containsExactly(eps.toDoubleArray());
      }
    }
  }

  @Test
  void theNoiseDependsOnTheImage() {
    try (Lab lab = new Lab();
        Gradients off = Gradients.off()) {
      FlowPlusPlus model = FlowPlusPlus.build(Specs.tiny(1, MIXTURE));
      Weights weights = lab.lively(model.parameters(), DataType.FLOAT64, 4);
      Pass pass = lab.pass(weights, Pass.Mode.EVALUATE);
      var q = (VariationalDequantizer) model.dequantizer();
      NDArray eps = lab.gaussian(DataType.FLOAT64, 2, 1, 1, 4, 4, 1);
      NDArray one = q.push(lab.images(DataType.FLOAT64, 1, 8, 1, 4, 4, 1), eps, 1, pass).u();
      NDArray two = q.push(lab.images(DataType.FLOAT64, 9, 8, 1, 4, 4, 1), eps, 1, pass).u();
      assertThat(one.sub(two).abs().max().toDoubleArray()[0]).isGreaterThan(1e-3);
    }
  }

  /** Any image shape that the flow can split, any seed, either coupling. */
  @Property(tries = 10, shrinking = ShrinkingMode.OFF)
  void encodingThenGeneratingIsTheIdentity(
      @ForAll @IntRange(min = 1, max = 3) int quarterHeight,
      @ForAll @IntRange(min = 1, max = 2) int quarterWidth,
      @ForAll boolean colour,
      @ForAll boolean affine,
      @ForAll @IntRange(max = 100_000) int seed) {
    int channels = colour ? 3 : 1;
    ModelSpec spec = spec(2 * quarterHeight, 4 * quarterWidth, channels, affine ? AFFINE : MIXTURE);
    try (Lab lab = new Lab();
        Gradients off = Gradients.off()) {
      FlowPlusPlus model = FlowPlusPlus.build(spec);
      ImageShape s = spec.shape();
      NDArray v = dequantized(lab, DataType.FLOAT64, seed, 2, s.height(), s.width(), channels);
      Weights far = lab.lively(model.parameters(), DataType.FLOAT64, seed);
      Pass wild = lab.pass(far, Pass.Mode.EVALUATE);
      NDArray y = model.encode(v, wild);
      assertThat(y.getShape()).isEqualTo(model.latentShape(2));
      assertThat(finite(model.logDensity(v, wild))).isTrue();
      // between narrow components the logit is flat and v itself has few digits: the latent counts
      assertThat(worst(model.encode(model.generate(y, wild), wild), y)).isLessThan(1e-5);

      Weights near = lab.lively(model.parameters(), DataType.FLOAT64, seed, .2f);
      Pass gentle = lab.pass(near, Pass.Mode.EVALUATE);
      assertThat(worst(model.generate(model.encode(v, gentle), gentle), v)).isLessThan(1e-7);
      NDArray z = lab.gaussian(DataType.FLOAT64, seed, 1, model.latentShape(2).getShape());
      NDArray sample = model.generate(z, gentle);
      assertThat(finite(sample)).isTrue();
      assertThat(worst(model.encode(sample, gentle), z)).isLessThan(1e-7);
    }
  }

  /** At the start of a training, where 256 grey levels must survive float32. */
  @ParameterizedTest
  @MethodSource("couplings")
  void inFloat32ImagesComeBackToAHundredthOfALevel(CouplingSpec coupling) {
    try (Lab lab = new Lab();
        Gradients off = Gradients.off()) {
      FlowPlusPlus model = FlowPlusPlus.build(spec(8, 8, 3, coupling));
      Weights weights = lab.start(model.parameters(), DataType.FLOAT32, 1);
      NDArray v = dequantized(lab, DataType.FLOAT32, 1, 32, 8, 8, 3);
      model.logDensity(v, lab.pass(weights, Pass.Mode.INITIALISE));
      Pass pass = lab.pass(weights, Pass.Mode.EVALUATE);
      assertThat(worst(model.generate(model.encode(v, pass), pass), v)).isLessThan(.01);
    }
  }

  @Test
  void copiesOfAnImageStandTogetherAndScoreAsAlone() {
    try (Lab lab = new Lab();
        Gradients off = Gradients.off()) {
      FlowPlusPlus model = FlowPlusPlus.build(Specs.tiny(1, MIXTURE));
      Weights weights = lab.lively(model.parameters(), DataType.FLOAT64, 4);
      Pass pass = lab.pass(weights, Pass.Mode.EVALUATE);
      NDArray x = lab.images(DataType.FLOAT64, 1, 8, 2, 4, 4, 1);
      var random = io.flowpp.core.random.Randomness.ofImages(new long[] {11, 12});
      double[] both = model.bound(x, random, 3, pass).value().toDoubleArray();
      for (int i = 0; i < 2; i++) {
        NDArray one = x.split(2).get(i);
        var alone = io.flowpp.core.random.Randomness.ofImages(new long[] {11 + i});
        double[] expected = model.bound(one, alone, 3, pass).value().toDoubleArray();
        assertThat(java.util.Arrays.copyOfRange(both, 3 * i, 3 * i + 3))
            .usingComparatorWithPrecision(1e-9)
            .containsExactly(expected);
      }
    }
  }

  @Test
  void aShapeThatDoesNotSplitIsToldWhereItFails() {
    assertThatThrownBy(() -> FlowPlusPlus.build(spec(4, 6, 1, MIXTURE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("flow/3")
        .hasMessageContaining("columns");
    assertThatThrownBy(() -> FlowPlusPlus.build(spec(5, 8, 1, MIXTURE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("odd height");
    List<FlowStepSpec> grey =
        List.of(new FlowStepSpec.Couplings(SplitKind.CHANNEL, 1, true, MIXTURE));
    assertThatThrownBy(
            () ->
                FlowPlusPlus.build(new ModelSpec(new ImageShape(4, 4, 1), 8, Specs.UNIFORM, grey)))
        .hasMessageContaining("channels");
  }

  private static ModelSpec spec(int height, int width, int channels, CouplingSpec coupling) {
    return new ModelSpec(
        new ImageShape(height, width, channels), 8, Specs.UNIFORM, Specs.tinyFlow(coupling));
  }

  /** Values of [0,256) with every pixel inside its level. */
  private static NDArray dequantized(Lab lab, DataType type, long seed, long... dims) {
    NDArray x = lab.images(type, seed, 8, dims);
    NDArray u = lab.gaussian(type, seed + 1, 1, dims);
    return x.add(lab.kernels().call("sigmoid").with(u).run().head());
  }

  private static double worst(NDArray a, NDArray b) {
    double[] d = a.sub(b).abs().toType(DataType.FLOAT64, true).toDoubleArray();
    double worst = 0;
    for (double each : d) {
      worst = Math.max(worst, Double.isNaN(each) ? Double.MAX_VALUE : each);
    }
    return worst;
  }

  private static boolean finite(NDArray a) {
    return worst(a, a) == 0;
  }
}
