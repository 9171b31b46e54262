package io.flowpp.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.dequantize.VariationalDequantizer;
import io.flowpp.core.flow.DomainException;
import io.flowpp.core.flow.Flow;
import io.flowpp.core.flow.FlowChain;
import io.flowpp.core.flow.NotInvertibleException;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.nn.NonFiniteException;
import io.flowpp.core.nn.Parameter;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.random.Randomness;
import io.flowpp.core.spec.CouplingSpec;
import io.flowpp.core.spec.ImageShape;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.testing.Lab;
import io.flowpp.core.testing.Specs;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One image, the ends of the data's range, float32 and weights of any size: numbers, or an error
 * that names the layer.
 */
class ExtremesTest {
  private static final float[] WEIGHT_SCALES = {0, 1, 1e12f, 3e37f};

  private static final List<Pass.Mode> MODES =
      List.of(Pass.Mode.INITIALISE, Pass.Mode.TRAIN, Pass.Mode.EVALUATE);

  /** A model of a family. */
  record Case(String name, ModelSpec spec) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> models() {
    CouplingSpec mixture = Specs.mixture(3, Specs.conditioner(4, 1, Specs.ATTENTION, .2));
    CouplingSpec ablation = Specs.mixture(3, Specs.conditioner(4, 1, Specs.NO_ATTENTION, .2));
    CouplingSpec affine = Specs.affine(Specs.conditioner(4, 1, Specs.ATTENTION, .2));
    return Stream.of(
        new Case("mixture", Specs.tiny(3, mixture)),
        new Case("no attention", Specs.tiny(1, ablation)),
        new Case("affine", Specs.tiny(1, affine)),
        new Case(
            "uniform",
            new ModelSpec(new ImageShape(4, 4, 1), 8, Specs.UNIFORM, Specs.tinyFlow(mixture))),
        new Case("imagenet32", Specs.tinyImagenet32()),
        new Case("imagenet64", Specs.tinyImagenet64(8)),
        new Case("imagenet64-5bit", Specs.tinyImagenet64(5)),
        new Case("celeba64-3bit", Specs.tinyImagenet64(3)));
  }

  @ParameterizedTest
  @MethodSource("models")
  void oneImageGivesNumbersOrNamesTheLayer(Case c) {
    int finite = 0;
    List<Throwable> faults = new ArrayList<>();
    try (Lab lab = new Lab()) {
      FlowPlusPlus model = FlowPlusPlus.build(c.spec());
      for (float scale : WEIGHT_SCALES) {
        for (NDArray x : images(lab, c.spec())) {
          for (Pass.Mode mode : MODES) {
            Throwable fault = catchThrowable(() -> walk(lab, model, scale, x, mode));
            if (fault == null) {
              finite++;
            } else {
              faults.add(fault);
            }
          }
        }
      }
    }
    assertThat(finite).isGreaterThan(3 * 5);
    assertThat(faults).isNotEmpty();
    for (Throwable fault : faults) {
      assertThat(fault)
          .isInstanceOfAny(
              NonFiniteException.class, NotInvertibleException.class, DomainException.class);
      assertThat(fault).hasMessageMatching("(flow|dequantizer|context|squeeze|inverse|sigmoid).*");
    }
  }

  /** The bound with its gradients, and back again; asserts that what it is given is finite. */
  private static void walk(Lab lab, FlowPlusPlus model, float scale, NDArray x, Pass.Mode mode) {
    try (Weights weights = lab.start(model.parameters(), DataType.FLOAT32, 3)) {
      for (Parameter p : model.parameters()) {
        if (p.start() == Parameter.Start.NORMAL_05) {
          NDArray large = weights.get(p).mul(scale);
          weights.assign(p, large, lab.kernels());
        }
      }
      Pass pass = lab.pass(weights, mode);
      Randomness noise = Randomness.ofBatch(4);
      try (Gradients off = Gradients.off()) {
        FlowPlusPlus.Bound bound = model.bound(x, noise, 1, pass);
        assertThat(bound.value().toFloatArray()).hasSize(1);
        assertThat(Float.isFinite(bound.logJoint().toFloatArray()[0])).isTrue();
        assertThat(Float.isFinite(bound.logNoise().toFloatArray()[0])).isTrue();
        if (mode == Pass.Mode.INITIALISE) {
          return;
        }
        NDArray z = lab.gaussian(DataType.FLOAT32, 9, 1, model.latentShape(1).getShape());
        assertFinite(model.generate(z, pass));
      }
      if (mode == Pass.Mode.TRAIN) {
        weights.requireGradients();
        try (Gradients on = Gradients.record()) {
          Gradients.backward(model.bound(x, noise, 1, pass).value().sum());
        }
      }
    }
  }

  private static void assertFinite(NDArray value) {
    for (float each : value.toFloatArray()) {
      assertThat(Float.isFinite(each)).isTrue();
    }
  }

  /** All 0, all 2^bits-1, and channels that are constant, each at another level. */
  private static List<NDArray> images(Lab lab, ModelSpec spec) {
    ImageShape s = spec.shape();
    int top = (1 << spec.bits()) - 1;
    List<NDArray> all = new ArrayList<>();
    for (int kind = 0; kind < 3; kind++) {
      float[] values = new float[s.dimensions()];
      for (int i = 0; i < values.length; i++) {
        values[i] = kind == 0 ? 0 : kind == 1 ? top : (i % s.channels()) * top / 3;
      }
      Shape shape = new Shape(1, s.height(), s.width(), s.channels());
      all.add(lab.manager().create(values, shape).toType(DataType.FLOAT32, true));
    }
    return all;
  }

  /** Inputs that no image gives: every layer for itself. */
  @ParameterizedTest
  @MethodSource("models")
  void everyLayerForItselfGivesNumbersOrSaysThatItDoesNot(Case c) {
    try (Lab lab = new Lab();
        Gradients off = Gradients.off()) {
      FlowPlusPlus model = FlowPlusPlus.build(c.spec());
      Weights weights = lab.lively(model.parameters(), DataType.FLOAT32, 5);
      Pass pass = new Pass(lab.manager(), lab.kernels(), weights, Pass.Mode.REFERENCE, 1, 0, true);
      ImageShape s = c.spec().shape();
      for (float size : new float[] {0, 1, 1e4f, 1e19f, 3e38f}) {
        long[] dims = {1, s.height(), s.width(), s.channels()};
        NDArray v = lab.images(DataType.FLOAT32, 1, c.spec().bits(), dims);
        NDList value = new NDList(v);
        for (Flow flow : model.flow().flows()) {
          NDList in = new NDList();
          value.forEach(part -> in.add(part.mul(size)));
          Throwable fault = catchThrowable(() -> requireFinite(flow, in, pass));
          if (fault != null) {
            assertThat(fault)
                .as(flow.label())
                .isInstanceOfAny(NonFiniteException.class, DomainException.class)
                .hasMessageContaining(flow.label().split(",")[0]);
          }
          value = flow.forward(value, Flow.Condition.NONE, pass).value();
        }
      }
    }
  }

  private static void requireFinite(Flow flow, NDList in, Pass pass) {
    Flow.Transformed t = new FlowChain(List.of(flow)).forward(in, Flow.Condition.NONE, pass);
    t.value().forEach(ExtremesTest::assertFinite);
    if (t.logDet() != null) {
      assertFinite(t.logDet());
    }
  }

  @Test
  void eachFaultHasItsType() {
    CouplingSpec mixture = Specs.mixture(3, Specs.conditioner(4, 2, Specs.ATTENTION, 0));
    try (Lab lab = new Lab();
        Gradients off = Gradients.off()) {
      FlowPlusPlus model = FlowPlusPlus.build(Specs.tiny(1, mixture));
      NDArray v = lab.images(DataType.FLOAT32, 1, 8, 2, 4, 4, 1);
      NDArray z = lab.gaussian(DataType.FLOAT32, 1, 1, model.latentShape(2).getShape());

      Weights good = lab.start(model.parameters(), DataType.FLOAT32, 1);
      Pass pass = lab.pass(good, Pass.Mode.EVALUATE);
      assertThatThrownBy(() -> model.logDensity(v.add(300f), pass))
          .isInstanceOf(DomainException.class)
          .hasMessageMatching("squeeze and logit: .* outside of its domain .*8-bit data");
      var q = (VariationalDequantizer) model.dequantizer();
      assertThatThrownBy(() -> q.pull(v, v.zerosLike(), pass))
          .isInstanceOf(DomainException.class)
          .hasMessage("inverse of sigmoid: 0.0 lies outside of its domain (0, 1)");

      Weights singular = changed(lab, model, "flow/0/coupling1/linear/b", 0);
      Pass flat = lab.pass(singular, Pass.Mode.EVALUATE);
      assertThatThrownBy(() -> model.logDensity(v, flat))
          .isInstanceOf(NotInvertibleException.class)
          .hasMessageContaining("flow/0/coupling1/linear");
      assertThatThrownBy(() -> model.generate(z, flat))
          .isInstanceOf(NotInvertibleException.class)
          .hasMessageContaining("flow/0/coupling1/linear");

      String inside = "flow/2/coupling0/coupling/block1/mixing/out/bias";
      Weights broken = changed(lab, model, inside, Float.NaN);
      Pass walk = lab.pass(broken, Pass.Mode.EVALUATE);
      for (org.assertj.core.api.ThrowableAssert.ThrowingCallable each :
          List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
              () -> model.logDensity(v, walk),
              () -> model.encode(v, walk),
              () -> model.generate(z, walk))) {
        assertThatThrownBy(each)
            .isInstanceOf(NonFiniteException.class)
            .hasMessageContaining("flow/2/coupling0, block 1, mixing")
            .hasMessageContaining("NaN");
      }

      Weights noise = changed(lab, model, "dequantizer/context/block0/c2/bias", Float.NaN);
      assertThatThrownBy(
              () -> model.bound(v, Randomness.ofBatch(1), 2, lab.pass(noise, Pass.Mode.EVALUATE)))
          .isInstanceOf(NonFiniteException.class)
          .hasMessageContaining("context, block 0, gated convolution");
    }
  }

  private static Weights changed(Lab lab, FlowPlusPlus model, String name, float value) {
    Weights weights = lab.start(model.parameters(), DataType.FLOAT32, 1);
    Parameter wanted =
        model.parameters().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
    weights.assign(wanted, lab.manager().full(wanted.shape(), value), lab.kernels());
    return weights;
  }
}
