package io.flowpp.core.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.flow.ActNorm;
import io.flowpp.core.flow.AffineCoupling;
import io.flowpp.core.flow.Flow;
import io.flowpp.core.flow.InvertibleLinear;
import io.flowpp.core.flow.MixtureCoupling;
import io.flowpp.core.nn.Conditioner;
import io.flowpp.core.nn.Parameter;
import io.flowpp.core.nn.Parameters;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.spec.ConditionerSpec;
import io.flowpp.core.spec.CouplingSpec;
import io.flowpp.core.spec.MixingSpec;
import io.flowpp.core.weights.OfficialNames;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One norm, invertible map or coupling on the two halves of an image; or its data-dependent
 * initialisation, if the file has {@code out/init/}.
 */
final class StepCase implements Subject {
  /** Relative: what is left where dx/dy is 1e5. */
  private static final double INVERSE = 1e-9;

  private static final CouplingSpec NO_COUPLING =
      new CouplingSpec.Affine(new ConditionerSpec(1, 1, new MixingSpec.None(), 0));

  private final ReferenceFile file;
  private final String a;
  private final String b;
  private final Flow flow;
  private final @Nullable CouplingSpec coupling;
  private final @Nullable Conditioner conditioner;
  private final String chosen;
  private final List<Parameter> parameters;

  private StepCase(
      ReferenceFile file,
      String a,
      String b,
      Parameters owner,
      Flow flow,
      @Nullable CouplingSpec coupling,
      @Nullable Conditioner conditioner,
      String chosen) {
    this.file = file;
    this.a = a;
    this.b = b;
    this.flow = flow;
    this.coupling = coupling;
    this.conditioner = conditioner;
    this.chosen = chosen;
    parameters = owner.all();
  }

  static StepCase norm(ReferenceFile file) {
    Parameters owner = new Parameters();
    Flow norm = new ActNorm(owner.in("coupling0"), half(file, "in/a"));
    return new StepCase(file, "a", "b", owner, norm, null, null, "");
  }

  static StepCase linear(ReferenceFile file) {
    Parameters owner = new Parameters();
    Flow map = new InvertibleLinear(owner.in("coupling0"), half(file, "in/a").get(2));
    return new StepCase(file, "a", "b", owner, map, null, null, "");
  }

  static StepCase coupling(ReferenceFile file, CouplingSpec spec, String chosen) {
    Parameters owner = new Parameters();
    Parameters room = owner.in("coupling0");
    Shape half = half(file, "in/cf");
    int context = file.has("in/context") ? Math.toIntExact(file.shape("in/context").get(3)) : 0;
    Flow flow =
        spec instanceof CouplingSpec.MixtureOfLogistics mixture
            ? new MixtureCoupling(room, "coupling", mixture, half, context)
            : new AffineCoupling(room, "coupling", (CouplingSpec.Affine) spec, half, context);
    // the same parameters once more, to see what a coupling keeps to itself
    Conditioner conditioner =
        new Conditioner(
            new Parameters(),
            "coupling",
            spec.conditioner(),
            half,
            spec.parametersPerChannel(),
            context);
    return new StepCase(file, "cf", "ef", owner, flow, spec, conditioner, chosen);
  }

  private static Shape half(ReferenceFile file, String tensor) {
    long[] s = file.shape(tensor).getShape();
    return new Shape(s[1], s[2], s[3]);
  }

  private OfficialNames names() {
    return OfficialNames.ofStep(parameters, coupling == null ? NO_COUPLING : coupling);
  }

  private Weights weights(DataType type, Bench bench) {
    Weights weights = bench.weights(parameters, type);
    names().load(file.tensors(), "var/", weights, bench.kernels());
    return weights;
  }

  private Flow.Condition condition(DataType type, Bench bench) {
    if (!file.has("in/context")) {
      return Flow.Condition.NONE;
    }
    NDArray context = file.read("in/context", type, bench.manager());
    return new Flow.Condition(bench.kernels().call("concat_elu").with(context).single());
  }

  private NDList halves(DataType type, Bench bench) {
    return new NDList(
        file.read("in/" + a, type, bench.manager()), file.read("in/" + b, type, bench.manager()));
  }

  @Override
  public Map<String, NDArray> compute(DataType type, Bench bench) {
    Weights weights = weights(type, bench);
    Map<String, NDArray> ours = new HashMap<>();
    if (file.hasUnder("out/init/")) {
      put("init/", type, bench, bench.pass(weights, Pass.Mode.INITIALISE), ours);
      put("after/", type, bench, bench.pass(weights), ours);
      OfficialNames names = names();
      parameters.forEach(
          p -> ours.put("var/" + names.of(p), names.toTheirs(p, weights.get(p)).reshape(-1)));
      return ours;
    }
    Pass pass = bench.pass(weights);
    NDList y = put("", type, bench, pass, ours);
    NDList x = flow.inverse(y, condition(type, bench), pass);
    ours.put("inverse/" + a, x.get(0));
    ours.put("inverse/" + b, x.get(1));
    ours.put("inverse/logd", Objects.requireNonNull(ours.get("logd")).neg());
    if (conditioner != null) {
      NDArray cf = file.read("in/cf", type, bench.manager());
      parts(conditioner.apply(cf, condition(type, bench).activated(), pass), cf.getShape(), ours);
    }
    return ours;
  }

  private NDList put(
      String prefix, DataType type, Bench bench, Pass pass, Map<String, NDArray> ours) {
    Flow.Transformed t = flow.forward(halves(type, bench), condition(type, bench), pass);
    ours.put(prefix + a, t.value().get(0));
    ours.put(prefix + b, t.value().get(1));
    ours.put(prefix + "logd", Objects.requireNonNull(t.logDet()));
    return t.value();
  }

  /** What the network's output means: s, t and the mixture's parameters of each value. */
  private static void parts(NDArray raw, Shape half, Map<String, NDArray> ours) {
    NDArray each = raw.reshape(half.addAll(new Shape(raw.size() / half.size())));
    long k = (each.getShape().get(4) - 2) / 3;
    ours.put("net/s", each.get("..., 0").tanh());
    ours.put("net/t", each.get("..., 1"));
    if (k > 0) {
      NDList three = each.split(new long[] {2, 2 + k, 2 + 2 * k}, 4);
      ours.put("net/logits", three.get(1));
      ours.put("net/means", three.get(2));
      ours.put("net/logscales_before_floor", three.get(3));
      NDArray floor = raw.getManager().full(new Shape(), MixtureCoupling.MIN_LOG_SCALE);
      ours.put(
          "net/logscales_after_floor",
          three.get(3).maximum(floor.toType(raw.getDataType(), false)));
    }
  }

  @Override
  public List<Further> further(Bench bench) {
    if (file.hasUnder("out/init/")) {
      return InitialisationCase.unchanged(file, compute(DataType.FLOAT64, bench));
    }
    if (coupling == null || !file.has("out/ef")) {
      return List.of();
    }
    Pass pass = bench.pass(weights(DataType.FLOAT64, bench));
    NDList y =
        new NDList(
            file.read("out/cf", DataType.FLOAT64, bench.manager()),
            file.read("out/ef", DataType.FLOAT64, bench.manager()));
    NDArray x = flow.inverse(y, condition(DataType.FLOAT64, bench), pass).get(1);
    return List.of(
        new Further(
            "inverse/ef",
            "in/ef",
            x,
            stored -> Comparison.everywhere(INVERSE * Comparison.largest(stored), stored)));
  }

  @Override
  public Map<String, String> leftOut() {
    if (!(coupling instanceof CouplingSpec.MixtureOfLogistics)) {
      return Map.of();
    }
    String why = "the authors' inverse is a bisection; inverse/ef is ours, held to in/ef";
    return Map.of("out/inverse/", why, "out32/inverse/", why);
  }

  @Override
  public List<String> notes() {
    return chosen.isEmpty() ? List.of() : List.of(chosen);
  }
}
