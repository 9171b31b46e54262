package io.flowpp.core.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.dequantize.VariationalDequantizer;
import io.flowpp.core.flow.Flow;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.nn.Parameter;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.spec.ConditionerSpec;
import io.flowpp.core.spec.CouplingSpec;
import io.flowpp.core.spec.DequantizerSpec;
import io.flowpp.core.spec.ImageShape;
import io.flowpp.core.spec.MixingSpec;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.testing.Lab;
import io.flowpp.core.testing.Specs;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole models against the numbers of the authors' code, see resources/reference/README.md. */
class AuthorsModelsTest {
  private static final double EXACT = 1e-10;
  private static final double STORED_IN_FLOAT32 = 1e-6;

  /** Over all gradients, as the file's metadata states it. */
  private static final double GLOBAL_NORM = 673.6357410701091;

  private final Lab lab = new Lab();
  private Gradients off;

  @BeforeEach
  void recordNothing() {
    off = Gradients.off();
  }

  @AfterEach
  void close() {
    off.close();
    lab.close();
  }

  /** A file and the sizes of the model in it. */
  record Case(
      String file,
      String couplingClass,
      int filters,
      int blocks,
      int components,
      MixingSpec mixing,
      boolean variational) {
    @Override
    public String toString() {
      return file;
    }

    ModelSpec spec() {
      return new ModelSpec(
          new ImageShape(8, 8, 3),
          8,
          variational ? Specs.cifarDequantizer(coupling(2)) : Specs.UNIFORM,
          Specs.cifarFlow(coupling(blocks)));
    }

    private CouplingSpec coupling(int blocks) {
      ConditionerSpec network = Specs.conditioner(filters, blocks, mixing, 0);
      return components == 0 ? Specs.affine(network) : Specs.mixture(components, network);
    }
  }

  private static final Case MAIN =
      new Case("cifar-main", "MixLogisticAttnCoupling", 8, 2, 4, Specs.ATTENTION, true);
  private static final Case INIT =
      new Case("init-cifar-main", "MixLogisticAttnCoupling", 4, 1, 2, Specs.ATTENTION, true);

  static Stream<Case> models() {
    return Stream.of(
        MAIN,
        new Case("cifar-affine", "AffineAttnCoupling", 8, 2, 0, Specs.ATTENTION, true),
        new Case("cifar-noattn", "MixLogisticCoupling", 8, 2, 4, Specs.NO_ATTENTION, true),
        new Case("cifar-uniform", "MixLogisticAttnCoupling", 8, 2, 4, Specs.ATTENTION, false));
  }

  /** A model with the weights of a file, walked as {@code mode} says. */
  private final class Loaded {
    final ReferenceFile file;
    final FlowPlusPlus model;
    final OfficialNames names;
    final Weights weights;
    final Pass pass;

    Loaded(Case c, DataType type, Pass.Mode mode) {
      file = new ReferenceFile(lab, c.file());
      model = FlowPlusPlus.build(c.spec());
      names = new OfficialNames(model.parameters(), c.couplingClass());
      weights = Weights.zeros(lab.manager(), lab.kernels(), model.parameters(), type);
      file.load(weights, names);
      pass = lab.pass(weights, mode);
    }

    NDArray in(String name) {
      return file.get("in/" + name).toType(weights.flat().getDataType(), true);
    }

    VariationalDequantizer dequantizer() {
      return (VariationalDequantizer) model.dequantizer();
    }

    /** u, and -log q(u|x). */
    NDList noise() {
      if (model.dequantizer() instanceof VariationalDequantizer q) {
        var noise = q.push(in("x"), in("eps"), 1, pass);
        return new NDList(noise.u(), noise.logDensity().neg());
      }
      return new NDList(in("u"), lab.manager().zeros(new Shape(2)));
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void theFastKernelsGiveTheirNumbers(Case c) {
    compareAll(new Loaded(c, DataType.FLOAT64, Pass.Mode.EVALUATE));
  }

  @ParameterizedTest
  @MethodSource("models")
  void thePlainTwinsGiveTheirNumbers(Case c) {
    compareAll(new Loaded(c, DataType.FLOAT64, Pass.Mode.REFERENCE));
  }

  private void compareAll(Loaded m) {
    if (m.model.spec().dequantizer() instanceof DequantizerSpec.Variational) {
      m.file.compare("out/dequant/context", m.dequantizer().context(m.in("x"), m.pass), EXACT);
    }
    NDList noise = m.noise();
    NDArray v = m.in("x").add(noise.get(0));
    m.file.compare("out/u", noise.get(0), EXACT);
    m.file.compare("out/x_dequantized", v, EXACT);
    m.file.compare("out/dequant/logd", noise.get(1), EXACT);
    m.file.compare("out/flow/y", m.model.encode(v, m.pass), EXACT);
    Flow.Transformed t = m.model.flow().forward(new NDList(v), Flow.Condition.NONE, m.pass);
    m.file.compare("out/flow/logd", t.logDet(), EXACT);
    NDArray logJoint = m.model.logDensity(v, m.pass);
    m.file.compare("out/flow/logp_y", logJoint.sub(t.logDet()), EXACT);
    NDArray bound = logJoint.add(noise.get(1).toType(DataType.FLOAT64, true));
    m.file.compare("out/log_likelihood", bound, EXACT);
    NDArray back = m.model.generate(m.file.get("out/flow/y"), m.pass);
    m.file.compare("inverse of out/flow/y", m.file.get("out/x_dequantized"), back, EXACT);
  }

  @ParameterizedTest
  @MethodSource("models")
  void everyStepOfTheFlowGivesTheirNumbers(Case c) {
    Loaded m = new Loaded(c, DataType.FLOAT64, Pass.Mode.EVALUATE);
    NDList value = new NDList(m.file.get("out/x_dequantized"));
    List<Flow> flows = m.model.flow().flows();
    for (int i = 0; i < flows.size(); i++) {
      Flow.Transformed t = flows.get(i).forward(value, Flow.Condition.NONE, m.pass);
      value = t.value();
      String prefix = "out/flow/step/%02d_".formatted(i);
      for (String stored : m.file.names(prefix)) {
        NDArray actual =
            stored.endsWith("/logd")
                ? t.logDet() == null ? lab.manager().zeros(new Shape(2)) : t.logDet()
                : value.get(stored.endsWith("/b") ? 1 : 0);
        m.file.compare(prefix + stored, actual, STORED_IN_FLOAT32);
      }
    }
    long steps =
        m.file.names("out/flow/step/").stream().map(n -> n.substring(0, 2)).distinct().count();
    // the authors' list has splits and flips too, which are not stored
    assertThat(steps).isGreaterThan(flows.size() / 2);
  }

  @ParameterizedTest
  @MethodSource("models")
  void float32StaysAsCloseToFloat64AsTheirs(Case c) {
    Loaded m = new Loaded(c, DataType.FLOAT32, Pass.Mode.EVALUATE);
    NDList noise = m.noise();
    NDArray bound = m.model.logDensity(m.in("x").add(noise.get(0)), m.pass).add(noise.get(1));
    double[] exact = m.file.get("out/log_likelihood").toDoubleArray();
    double[] theirs = m.file.get("out32/log_likelihood").toDoubleArray();
    double[] ours = bound.toType(DataType.FLOAT64, true).toDoubleArray();
    double ourError = worst(ours, exact);
    // both are rounding errors of sums of hundreds of nats: 10 ulps of the largest is a fair share
    double ulps = 10 * Math.ulp((float) worst(exact, new double[exact.length]));
    assertThat(ourError).isLessThan(Math.max(3 * worst(theirs, exact), ulps));
  }

  private static double worst(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElseThrow();
  }

  @Test
  void gradientsAreTheirs() {
    for (Pass.Mode mode : List.of(Pass.Mode.TRAIN, Pass.Mode.REFERENCE)) {
      Loaded m = new Loaded(MAIN, DataType.FLOAT64, mode);
      m.weights.requireGradients();
      try (Gradients on = Gradients.record()) {
        NDList noise = m.noise();
        NDArray bound = m.model.logDensity(m.in("x").add(noise.get(0)), m.pass).add(noise.get(1));
        Gradients.backward(bound.mean().neg());
      }
      compareGradients(m, new ReferenceFile(lab, MAIN.file() + ".grads"));
    }
  }

  private void compareGradients(Loaded m, ReferenceFile grads) {
    List<NDArray> ours = Gradients.of(m.weights.views(), lab.manager());
    double squares = ours.stream().mapToDouble(g -> g.square().sum().toDoubleArray()[0]).sum();
    assertThat(Math.sqrt(squares)).isCloseTo(GLOBAL_NORM, within(1e-10 * GLOBAL_NORM));
    Set<String> stored = grads.names("grad/");
    for (Parameter p : m.model.parameters()) {
      String official = m.names.of(p);
      if (stored.remove(official)) {
        NDArray theirs = OfficialNames.toOurs(p, grads.get("grad/" + official));
        grads.compare(official, theirs, ours.get(p.index()), STORED_IN_FLOAT32);
      }
    }
    assertThat(stored).isEmpty();
  }

  @Test
  void theDataDependentInitialisationIsTheirs() {
    Loaded m = new Loaded(INIT, DataType.FLOAT64, Pass.Mode.INITIALISE);
    NDList noise = m.noise();
    NDArray v = m.in("x").add(noise.get(0));
    NDArray logJoint = m.model.logDensity(v, m.pass);
    m.file.compare("out/init/x_dequantized", v, EXACT);
    m.file.compare("out/init/log_likelihood", logJoint.add(noise.get(1)), EXACT);
    for (Parameter p : m.model.parameters()) {
      String official = m.names.of(p);
      boolean changed = m.file.names("out/var/").contains(official);
      NDArray expected = m.file.get((changed ? "out/var/" : "var/") + official);
      double tolerance = changed ? STORED_IN_FLOAT32 : 0;
      m.file.compare(official, OfficialNames.toOurs(p, expected), m.weights.get(p), tolerance);
    }
    Pass after = lab.pass(m.weights, Pass.Mode.EVALUATE);
    var again = m.dequantizer().push(m.in("x"), m.in("eps"), 1, after);
    NDArray w = m.in("x").add(again.u());
    m.file.compare("out/after/y", m.model.encode(w, after), EXACT);
    NDArray bound = m.model.logDensity(w, after).sub(again.logDensity());
    m.file.compare("out/after/log_likelihood", bound, EXACT);
  }
}
