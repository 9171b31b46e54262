package io.flowpp.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.nn.GradientSink;
import io.flowpp.core.nn.Parameter;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.random.Randomness;
import io.flowpp.core.spec.CouplingSpec;
import io.flowpp.core.spec.ImageShape;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.Precision;
import io.flowpp.core.testing.Lab;
import io.flowpp.core.testing.Specs;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The hand-written way back against the tensor library's differentiation of the same walk. */
class DifferentiateTest {
  /**
   * A model of a family.
   *
   * @param distance of its weights from the start: wide networks blow up what is far
   */
  record Case(String name, ModelSpec spec, float distance) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> models() {
    CouplingSpec mixture = Specs.mixture(3, Specs.conditioner(4, 2, Specs.ATTENTION, .2));
    CouplingSpec ablation = Specs.mixture(3, Specs.conditioner(4, 1, Specs.NO_ATTENTION, .2));
    CouplingSpec affine = Specs.affine(Specs.conditioner(4, 1, Specs.ATTENTION, .2));
    // wide enough, and of a size, for convolutions by tiles of 4x4, and for the library's own gates
    CouplingSpec wide = Specs.mixture(2, Specs.conditioner(96, 1, Specs.ATTENTION, .2));
    return Stream.of(
        new Case("mixture", Specs.tiny(3, mixture), 1),
        new Case("no attention", Specs.tiny(1, ablation), 1),
        new Case("affine", Specs.tiny(1, affine), 1),
        new Case(
            "uniform",
            new ModelSpec(new ImageShape(4, 4, 1), 8, Specs.UNIFORM, Specs.tinyFlow(mixture)),
            1),
        new Case(
            "wide",
            new ModelSpec(new ImageShape(8, 8, 1), 8, Specs.UNIFORM, Specs.tinyFlow(wide)),
            .1f),
        new Case("imagenet32", Specs.tinyImagenet32(), 1),
        new Case("imagenet64", Specs.tinyImagenet64(8), 1),
        new Case("celeba64-3bit", Specs.tinyImagenet64(3), 1));
  }

  @ParameterizedTest
  @MethodSource("models")
  void equalsAutomaticDifferentiation(Case c) {
    try (Lab lab = new Lab()) {
      FlowPlusPlus model = FlowPlusPlus.build(c.spec());
      Weights weights = lab.lively(model.parameters(), DataType.FLOAT64, 5, c.distance());
      NDArray x = images(lab, c.spec(), DataType.FLOAT64);
      Weights ours =
          Weights.zeros(lab.manager(), lab.kernels(), model.parameters(), x.getDataType());
      FlowPlusPlus.Bound bound;
      try (Gradients off = Gradients.off()) {
        bound = differentiate(lab, model, weights, ours, x, false, Precision.FP32);
      }
      weights.requireGradients();
      FlowPlusPlus.Bound expected;
      try (Gradients on = Gradients.record()) {
        expected = model.bound(x, noise(), 1, lab.pass(weights, Pass.Mode.TRAIN));
        NDArray loss =
            expected
                .logJoint()
                .sum()
                .mul(scalar(lab, -.5))
                .add(expected.logNoise().sum().mul(scalar(lab, .25)));
        Gradients.backward(loss);
      }
      assertClose("log p", bound.logJoint(), expected.logJoint(), 1);
      assertClose("log q", bound.logNoise(), expected.logNoise(), 1);
      List<NDArray> gradients = Gradients.of(weights.views(), lab.manager());
      double largest =
          gradients.stream().mapToDouble(g -> g.abs().max().getDouble()).max().orElseThrow();
      for (Parameter p : model.parameters()) {
        assertClose(p.name(), ours.get(p), gradients.get(p.index()), largest);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void leanIsFastBitForBitAndAddsUp(Case c) {
    try (Lab lab = new Lab();
        Gradients off = Gradients.off()) {
      FlowPlusPlus model = FlowPlusPlus.build(c.spec());
      Weights weights = lab.lively(model.parameters(), DataType.FLOAT32, 5);
      NDArray x = images(lab, c.spec(), DataType.FLOAT32);
      Weights fast =
          Weights.zeros(lab.manager(), lab.kernels(), model.parameters(), x.getDataType());
      Weights lean =
          Weights.zeros(lab.manager(), lab.kernels(), model.parameters(), x.getDataType());
      differentiate(lab, model, weights, fast, x, false, Precision.FP32);
      differentiate(lab, model, weights, lean, x, true, Precision.FP32);
      float[] once = lean.flat().toFloatArray();
      assertThat(once).isEqualTo(fast.flat().toFloatArray());
      differentiate(lab, model, weights, lean, x, true, Precision.FP32);
      float[] twice = lean.flat().toFloatArray();
      double norm = 0;
      double off2 = 0;
      for (int i = 0; i < once.length; i++) {
        norm += (double) once[i] * once[i];
        off2 += Math.pow(twice[i] - 2. * once[i], 2);
      }
      assertThat(Math.sqrt(off2 / norm)).isLessThan(1e-6);
    }
  }

  /** In float32 attention is the JVM's, which no other test of gradients meets in a model. */
  @ParameterizedTest
  @MethodSource("models")
  void inFloat32ItIsThatOfFloat64ToRounding(Case c) {
    try (Lab lab = new Lab();
        Gradients off = Gradients.off()) {
      FlowPlusPlus model = FlowPlusPlus.build(c.spec());
      double[][] both = new double[2][];
      DataType[] types = {DataType.FLOAT64, DataType.FLOAT32};
      for (int i = 0; i < types.length; i++) {
        Weights weights = lab.lively(model.parameters(), types[i], 5, .1f);
        NDArray x = images(lab, c.spec(), types[i]);
        Weights ours = Weights.zeros(lab.manager(), lab.kernels(), model.parameters(), types[i]);
        differentiate(lab, model, weights, ours, x, false, Precision.FP32);
        both[i] = ours.flat().toType(DataType.FLOAT64, true).toDoubleArray();
      }
      double norm = 0;
      double apart = 0;
      for (int i = 0; i < both[0].length; i++) {
        norm += both[0][i] * both[0][i];
        apart += Math.pow(both[1][i] - both[0][i], 2);
      }
      assertThat(Math.sqrt(apart / norm)).isLessThan(1e-3);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void bfloat16PointsTheSameWay(Case c) {
    try (Lab lab = new Lab();
        Gradients off = Gradients.off()) {
      FlowPlusPlus model = FlowPlusPlus.build(c.spec());
      Weights weights = lab.lively(model.parameters(), DataType.FLOAT32, 5, .1f);
      NDArray x = images(lab, c.spec(), DataType.FLOAT32);
      Weights full =
          Weights.zeros(lab.manager(), lab.kernels(), model.parameters(), x.getDataType());
      Weights half =
          Weights.zeros(lab.manager(), lab.kernels(), model.parameters(), x.getDataType());
      FlowPlusPlus.Bound a = differentiate(lab, model, weights, full, x, false, Precision.FP32);
      FlowPlusPlus.Bound b = differentiate(lab, model, weights, half, x, false, Precision.BF16);
      float[] exact = a.value().toFloatArray();
      float[] rounded = b.value().toFloatArray();
      assertThat(rounded).isNotEqualTo(exact);
      for (int i = 0; i < exact.length; i++) {
        assertThat(rounded[i]).isCloseTo(exact[i], within(.02f * Math.abs(exact[i])));
      }
      double dot = full.flat().mul(half.flat()).sum().getFloat();
      double lengths = norm(full) * norm(half);
      assertThat(dot / lengths).isGreaterThan(.98);
    }
  }

  private static double norm(Weights gradients) {
    return Math.sqrt(gradients.flat().mul(gradients.flat()).sum().getFloat());
  }

  /** Adds the gradient of -.5 log p + .25 log q. */
  private static FlowPlusPlus.Bound differentiate(
      Lab lab,
      FlowPlusPlus model,
      Weights weights,
      Weights gradients,
      NDArray x,
      boolean lean,
      Precision precision) {
    NDManager manager = lab.manager();
    Pass pass =
        new Pass(manager, lab.kernels(), weights, Pass.Mode.TRAIN, 1)
            .in(precision)
            .recording(new Pass.Recording(GradientSink.into(gradients), lean));
    return model.differentiate(x, noise(), -.5, .25, pass);
  }

  private static Randomness noise() {
    return Randomness.ofBatch(7);
  }

  private static NDArray scalar(Lab lab, double value) {
    return lab.manager().create(value).duplicate();
  }

  private static NDArray images(Lab lab, ModelSpec spec, DataType type) {
    ImageShape s = spec.shape();
    return lab.images(type, 11, spec.bits(), 3, s.height(), s.width(), s.channels());
  }

  private static void assertClose(String what, NDArray actual, NDArray expected, double scale) {
    double[] a = actual.toDoubleArray();
    double[] e = expected.toDoubleArray();
    assertThat(a).as(what).hasSameSizeAs(e);
    for (int i = 0; i < a.length; i++) {
      assertThat(a[i]).as(what).isCloseTo(e[i], within(1e-10 * (scale + Math.abs(e[i]))));
    }
  }
}
