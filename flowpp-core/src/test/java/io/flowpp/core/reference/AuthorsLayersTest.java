package io.flowpp.core.reference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.flow.ActNorm;
import io.flowpp.core.flow.AffineCoupling;
import io.flowpp.core.flow.Flow;
import io.flowpp.core.flow.InvertibleLinear;
import io.flowpp.core.flow.LogitTransform;
import io.flowpp.core.flow.MixtureCoupling;
import io.flowpp.core.flow.Rearrangement;
import io.flowpp.core.flow.Sigmoid;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.nn.Parameter;
import io.flowpp.core.nn.Parameters;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.spec.CouplingSpec;
import io.flowpp.core.spec.MixingSpec;
import io.flowpp.core.testing.Lab;
import io.flowpp.core.testing.Specs;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Single layers against the numbers of the authors' code, see resources/reference/README.md. */
class AuthorsLayersTest {
  private static final double EXACT = 1e-12;
  private static final Shape HALF = new Shape(4, 4, 3);

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

  @ParameterizedTest
  @CsvSource({
    "coupling-mixlogistic-attn-context, true, 4, true",
    "coupling-mixlogistic-attn-floor, true, 4, false",
    "coupling-noattn-context, false, 4, true",
    "coupling-affine-attn-context, true, 0, true"
  })
  void couplings(String name, boolean attention, int components, boolean context) {
    MixingSpec mixing = attention ? Specs.ATTENTION : Specs.NO_ATTENTION;
    var network = Specs.conditioner(8, 2, mixing, 0);
    int filters = context ? 32 : 0;
    Function<Parameters, Flow> build =
        p ->
            components > 0
                ? new MixtureCoupling(
                    p, "c", new CouplingSpec.MixtureOfLogistics(components, network), HALF, filters)
                : new AffineCoupling(p, "c", new CouplingSpec.Affine(network), HALF, filters);
    String scope =
        components == 0
            ? "AffineAttnCoupling"
            : attention ? "MixLogisticAttnCoupling" : "MixLogisticCoupling";
    for (Pass.Mode mode : List.of(Pass.Mode.EVALUATE, Pass.Mode.REFERENCE)) {
      Layer layer = new Layer(name, build, scope, mode);
      Flow.Condition condition =
          context
              ? new Flow.Condition(activated(layer.file.get("in/context")))
              : Flow.Condition.NONE;
      NDList x = new NDList(layer.file.get("in/cf"), layer.file.get("in/ef"));
      Flow.Transformed y = layer.flow.forward(x, condition, layer.pass);
      layer.file.compare("out/cf", y.value().get(0), 0);
      layer.file.compare("out/ef", y.value().get(1), EXACT);
      layer.file.compare("out/logd", y.logDet(), EXACT);
      NDList back = layer.flow.inverse(y.value(), condition, layer.pass);
      layer.file.compare("in/ef", back.get(1), 1e-10);
    }
  }

  /** concat_elu by hand: the other argument of the couplings here is the context itself. */
  private NDArray activated(NDArray context) {
    return lab.kernels().call("concat_elu").with(context).single();
  }

  @ParameterizedTest
  @ValueSource(strings = {"layer-norm", "layer-norm-floor"})
  void norms(String name) {
    Layer layer = new Layer(name, p -> new ActNorm(p, HALF), "", Pass.Mode.EVALUATE);
    layer.compareHalves(EXACT);
  }

  @Test
  void normsAreInitialisedOnTheBatch() {
    Layer layer = new Layer("init-norm", p -> new ActNorm(p, HALF), "", Pass.Mode.INITIALISE);
    NDList x = new NDList(layer.file.get("in/a"), layer.file.get("in/b"));
    Flow.Transformed y = layer.flow.forward(x, Flow.Condition.NONE, layer.pass);
    layer.file.compare("out/init/a", y.value().get(0), EXACT);
    layer.file.compare("out/init/b", y.value().get(1), EXACT);
    layer.file.compare("out/init/logd", y.logDet(), EXACT);
    for (Parameter p : layer.parameters) {
      String stored = "out/var/" + layer.names.of(p);
      layer.file.compare(stored, layer.weights.get(p), 1e-6);
    }
  }

  @Test
  void pointwiseMaps() {
    Layer layer =
        new Layer("layer-pointwise-c6", p -> new InvertibleLinear(p, 6), "", Pass.Mode.EVALUATE);
    layer.compareHalves(EXACT);
  }

  @ParameterizedTest
  @CsvSource({"layer-imgproc-8bit, 8", "layer-imgproc-5bit, 5", "layer-imgproc-3bit, 3"})
  void squeezesToTheLogit(String name, int bits) {
    Layer layer = new Layer(name, p -> new LogitTransform(bits), "", Pass.Mode.EVALUATE);
    NDList x = new NDList(layer.file.get("in/x"));
    Flow.Transformed y = layer.flow.forward(x, Flow.Condition.NONE, layer.pass);
    layer.file.compare("out/y", y.value().head(), EXACT);
    layer.file.compare("out/logd", y.logDet(), EXACT);
    NDList back = layer.flow.inverse(y.value(), Flow.Condition.NONE, layer.pass);
    layer.file.compare("in/x", back.head(), EXACT);
  }

  @Test
  void sigmoid() {
    Layer layer = new Layer("layer-sigmoid", p -> Sigmoid.INSTANCE, "", Pass.Mode.EVALUATE);
    NDList x = new NDList(layer.file.get("in/x"));
    Flow.Transformed y = layer.flow.forward(x, Flow.Condition.NONE, layer.pass);
    layer.file.compare("out/y", y.value().head(), EXACT);
    layer.file.compare("out/logd", y.logDet(), EXACT);
    ReferenceFile logit = new ReferenceFile(lab, "layer-logit");
    NDList u = new NDList(logit.get("in/y"));
    NDArray e = Sigmoid.INSTANCE.inverse(u, Flow.Condition.NONE, layer.pass).head();
    logit.compare("out/x", e, EXACT);
  }

  @Test
  void rearrangements() {
    Pass pass = lab.pass(lab.start(List.of(), DataType.FLOAT64, 1), Pass.Mode.EVALUATE);
    ReferenceFile columns = new ReferenceFile(lab, "layer-checkerboard-split");
    NDList halves = move(Rearrangement.CHECKERBOARD_SPLIT, columns, pass);
    columns.compare("out/a", halves.get(0), 0);
    columns.compare("out/b", halves.get(1), 0);
    ReferenceFile channels = new ReferenceFile(lab, "layer-channel-split");
    halves = move(Rearrangement.CHANNEL_SPLIT, channels, pass);
    channels.compare("out/a", halves.get(0), 0);
    channels.compare("out/b", halves.get(1), 0);
    ReferenceFile depth = new ReferenceFile(lab, "layer-space-to-depth");
    depth.compare("out/y", move(Rearrangement.SPACE_TO_DEPTH, depth, pass).head(), 0);
  }

  private static NDList move(Flow flow, ReferenceFile file, Pass pass) {
    return flow.forward(new NDList(file.get("in/x")), Flow.Condition.NONE, pass).value();
  }

  /**
   * Tails included: where the authors' own formula ends in infinities, 60-digit arithmetic counts.
   */
  @Test
  void mixturesAreExactIntoTheTails() {
    ReferenceFile file = new ReferenceFile(lab, "mixture-exact");
    NDList y = mixture(file, file.get("in/x"), "mixture_forward");
    double[] logit = y.get(0).toDoubleArray();
    double[] logDet = y.get(1).toDoubleArray();
    double[] exact = file.get("exact/logit").toDoubleArray();
    double[] slope =
        file.get("exact/logpdf")
            .sub(file.get("exact/logcdf"))
            .sub(file.get("exact/logsf"))
            .toDoubleArray();
    double[] size = file.get("exact/logpdf").abs().toDoubleArray();
    for (int i = 0; i < exact.length; i++) {
      assertThat(Math.abs(logit[i] - exact[i]))
          .as("logit F of element %d, %s", i, exact[i])
          .isLessThanOrEqualTo(1e-13 * (1 + Math.abs(exact[i])));
      // three numbers of the size of log pdf are subtracted
      assertThat(Math.abs(logDet[i] - slope[i]))
          .as("log-det of element %d, %s", i, slope[i])
          .isLessThanOrEqualTo(1e-13 * (1 + size[i]));
    }
  }

  @Test
  void theInverseOfMixturesLiesOnTheTargetLogit() {
    ReferenceFile file = new ReferenceFile(lab, "mixture-inverse");
    // the file's y is F in (0,1)
    NDArray f = file.get("in/y");
    NDArray target = f.div(f.neg().add(1.)).log();
    NDArray x = mixture(file, target, "mixture_inverse").head();
    NDArray again = mixture(file, x, "mixture_forward").head();
    file.compare("logit F", target, again, 1e-13);
    file.compare("out/logcdf_of_x", f.log(), 1e-6);
  }

  /** Every element as an image of its own, so that the log-det is one number an element. */
  private NDList mixture(ReferenceFile file, NDArray x, String kernel) {
    long n = x.size();
    NDArray zeros = lab.manager().zeros(new Shape(n, 2), DataType.FLOAT64);
    NDArray raw =
        zeros
            .concat(file.get("in/logits").reshape(n, 4), 1)
            .concat(file.get("in/means").reshape(n, 4), 1)
            .concat(file.get("in/logscales").reshape(n, 4), 1)
            .reshape(n, 1, 1, 14);
    return lab.kernels().call(kernel).with(x.reshape(n, 1, 1, 1)).with(raw).run();
  }

  /** A layer with the weights of its file. */
  private final class Layer {
    final ReferenceFile file;
    final Flow flow;
    final List<Parameter> parameters;
    final OfficialNames names;
    final Weights weights;
    final Pass pass;

    Layer(String name, Function<Parameters, Flow> build, String couplingClass, Pass.Mode mode) {
      file = new ReferenceFile(lab, name);
      Parameters room = new Parameters();
      flow = build.apply(room.in("coupling0"));
      parameters = room.all();
      names = new OfficialNames(parameters, couplingClass);
      weights = Weights.zeros(lab.manager(), lab.kernels(), parameters, DataType.FLOAT64);
      file.load(weights, names);
      pass = lab.pass(weights, mode);
    }

    void compareHalves(double tolerance) {
      NDList x = new NDList(file.get("in/a"), file.get("in/b"));
      Flow.Transformed y = flow.forward(x, Flow.Condition.NONE, pass);
      file.compare("out/a", y.value().get(0), tolerance);
      file.compare("out/b", y.value().get(1), tolerance);
      file.compare("out/logd", y.logDet(), tolerance);
    }
  }
}
