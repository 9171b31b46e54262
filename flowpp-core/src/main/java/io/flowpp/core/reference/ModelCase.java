package io.flowpp.core.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.dequantize.VariationalDequantizer;
import io.flowpp.core.flow.Flow;
import io.flowpp.core.flow.Rearrangement;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.weights.OfficialNames;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A whole model with its list of steps. */
final class ModelCase implements Subject {
  /** Of a grey level: what an image survives. Far finer than what flat couplings would cost. */
  private static final double INVERSE = 1e-6;

  private final ReferenceFile file;
  private final FlowPlusPlus model;

  ModelCase(ReferenceFile file) {
    this.file = file;
    model = FlowPlusPlus.build(new ModelReader(file).read());
  }

  FlowPlusPlus model() {
    return model;
  }

  /** The file's weights. */
  Weights weights(DataType type, Bench bench) {
    return load(file, model, type, bench);
  }

  static Weights load(ReferenceFile file, FlowPlusPlus model, DataType type, Bench bench) {
    Weights weights = bench.weights(model.parameters(), type);
    OfficialNames.of(model).load(file.tensors(), "var/", weights, bench.kernels());
    return weights;
  }

  /**
   * Of one image.
   *
   * @param u [B,H,W,C]
   * @param logDet log|det du/deps| - log N(eps; 0, I), [B]
   */
  record Noise(NDArray u, NDArray logDet) {}

  static Noise noise(ReferenceFile file, FlowPlusPlus model, Pass pass) {
    DataType type = pass.weights().flat().getDataType();
    if (model.dequantizer() instanceof VariationalDequantizer q) {
      NDArray x = file.read("in/x", type, pass.manager());
      var noise = q.push(x, file.read("in/eps", type, pass.manager()), 1, pass);
      return new Noise(noise.u(), noise.logDensity().neg());
    }
    NDArray u = file.read("in/u", type, pass.manager());
    return new Noise(u, pass.manager().zeros(new Shape(u.getShape().get(0)), type));
  }

  @Override
  public Map<String, NDArray> compute(DataType type, Bench bench) {
    Pass pass = bench.pass(weights(type, bench));
    Map<String, NDArray> ours = new HashMap<>();
    NDArray x = file.read("in/x", type, bench.manager());
    if (model.dequantizer() instanceof VariationalDequantizer q) {
      NDArray context = q.context(x, pass);
      ours.put("dequant/context", context);
      NDArray activated = bench.kernels().call("concat_elu").with(context).single();
      NDList eps = new NDList(file.read("in/eps", type, bench.manager()));
      walk("dequant", q.flow().flows(), eps, new Flow.Condition(activated), pass, ours);
    }
    Noise noise = noise(file, model, pass);
    NDArray v = x.add(noise.u());
    Flow.Transformed y = model.flow().forward(new NDList(v), Flow.Condition.NONE, pass);
    NDArray latent = y.value().singletonOrThrow();
    NDArray logDet = Objects.requireNonNull(y.logDet());
    NDArray logNormal = bench.kernels().call("standard_normal").with(latent).single();
    NDArray bound = noise.logDet().add(logDet).add(logNormal);
    ours.put("u", noise.u());
    ours.put("x_dequantized", v);
    ours.put("dequant/logd", noise.logDet());
    ours.put("flow/y", latent);
    ours.put("flow/logd", logDet);
    ours.put("flow/logp_y", logNormal);
    ours.put("log_likelihood", bound);
    ours.put("bits_per_dim", bitsPerDim(bound));
    ours.put("loss", bound.mean().neg());
    walk("flow", model.flow().flows(), new NDList(v), Flow.Condition.NONE, pass, ours);
    return ours;
  }

  private NDArray bitsPerDim(NDArray bound) {
    double scale = -1 / (Math.log(2) * model.spec().shape().dimensions());
    NDArray factor = bound.getManager().create(scale).duplicate();
    return bound.mul(factor.toType(bound.getDataType(), false));
  }

  /** Puts what follows each step of the authors' list, which may split and join more often. */
  private void walk(
      String part,
      List<Flow> layers,
      NDList start,
      Flow.Condition condition,
      Pass pass,
      Map<String, NDArray> ours) {
    Iterator<Flow> next =
        layers.stream().filter(layer -> !(layer instanceof Rearrangement)).iterator();
    NDList value = start;
    for (Step step : Step.read(file, part)) {
      Flow layer = step.rearrangement().map(Flow.class::cast).orElseGet(next::next);
      Flow.Transformed t = layer.forward(value, condition, pass);
      value = t.value();
      if (value.size() == 1) {
        ours.put(step.path() + "/y", value.get(0));
      } else {
        ours.put(step.path() + "/a", value.get(0));
        ours.put(step.path() + "/b", value.get(1));
      }
      NDArray none = pass.manager().zeros(new Shape(value.get(0).getShape().get(0)));
      ours.put(step.path() + "/logd", t.logDet() == null ? none : t.logDet());
    }
  }

  /** An exact inverse leads back to where the latent came from. */
  @Override
  public List<Further> further(Bench bench) {
    if (!file.hasAll("out/flow/y", "out/x_dequantized")) {
      return List.of();
    }
    NDArray y = file.read("out/flow/y", DataType.FLOAT64, bench.manager());
    if (!Arrays.stream(y.toDoubleArray()).allMatch(Double::isFinite)) {
      return List.of(); // there is no way back from it, and it is told by its own name
    }
    NDArray v = model.generate(y, bench.pass(weights(DataType.FLOAT64, bench)));
    return List.of(
        new Further(
            "inverse/x_dequantized",
            "out/x_dequantized",
            v,
            stored -> Comparison.everywhere(INVERSE, stored)));
  }

  @Override
  public Map<String, String> leftOut() {
    String why = "the authors' inverse is a bisection; inverse/x_dequantized is ours";
    return Map.of("out/inverse/", why, "out32/inverse/", why);
  }

  @Override
  public List<String> notes() {
    ModelSpec spec = model.spec();
    return List.of(
        spec.shape()
            + ", "
            + spec.bits()
            + " bits, "
            + model.parameters().stream().mapToLong(p -> p.shape().size()).sum()
            + " parameters");
  }
}
