package io.flowpp.core.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.flow.Flow;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.nn.Parameter;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.weights.OfficialNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;

/**
 * The data-dependent initialisation of a whole model: the dequantizer, then the flow on x+u. Its
 * file has no list of steps and states neither heads nor bits.
 */
final class InitialisationCase implements Subject {
  private static final int MOST_BITS = 8;

  private final ReferenceFile file;
  private final FlowPlusPlus model;
  private final String chosen;

  private InitialisationCase(ReferenceFile file, FlowPlusPlus model, String chosen) {
    this.file = file;
    this.model = model;
    this.chosen = chosen;
  }

  /**
   * The case with the bits, then the heads, that fit best; those that the metadata state are not
   * looked for.
   */
  static InitialisationCase find(ReferenceFile file, Bench bench) {
    Scopes scopes = Scopes.of(file);
    long[] y = file.shape(file.has("out/init/y") ? "out/init/y" : "out/after/y").getShape();
    Shape latent = new Shape(y[1], y[2], y[3]);
    ModelReader reader = new ModelReader(file);
    BiFunction<Integer, Integer, InitialisationCase> build =
        (heads, bits) -> {
          ModelSpec spec = reader.infer(scopes, heads, bits, latent);
          String chosen = "bits " + bits + ", heads " + heads + " (0: gated_nin) fit best";
          return new InitialisationCase(file, FlowPlusPlus.build(spec), chosen);
        };
    List<Integer> heads = file.number("heads").map(List::of).orElseGet(() -> heads(file, scopes));
    int first = heads.get(heads.size() - 1);
    int bits =
        Choice.of(
                file.number("bits").map(List::of).orElseGet(() -> bits(file, bench)),
                candidate -> build.apply(first, candidate).outputs(bench))
            .value();
    int best = Choice.of(heads, candidate -> build.apply(candidate, bits).outputs(bench)).value();
    return build.apply(best, bits);
  }

  private List<Verification.Output> outputs(Bench bench) {
    try (var scratch = bench.manager().newSubManager()) {
      Bench once = new Bench(scratch, bench.kernels(), bench.mode());
      return new Comparison(file, scratch).float64(this, compute(DataType.FLOAT64, once));
    }
  }

  private static List<Integer> heads(ReferenceFile file, Scopes scopes) {
    Networks networks = new Networks(file);
    List<Integer> possible = null;
    for (Scopes.Unit unit : scopes.units()) {
      if (networks.mixes(unit.coupling())) {
        List<Integer> here = networks.possibleHeads(unit.coupling());
        possible = possible == null ? new ArrayList<>(here) : possible;
        possible.retainAll(here);
      }
    }
    return possible == null ? List.of(1) : possible;
  }

  private static List<Integer> bits(ReferenceFile file, Bench bench) {
    double largest = 0;
    for (double value : file.values("in/x", bench.manager())) {
      largest = Math.max(largest, value);
    }
    List<Integer> bits = new ArrayList<>();
    for (int b = 1; b <= MOST_BITS; b++) {
      if (largest < 1 << b) {
        bits.add(b);
      }
    }
    return bits;
  }

  @Override
  public Map<String, NDArray> compute(DataType type, Bench bench) {
    Weights weights = ModelCase.load(file, model, type, bench);
    Map<String, NDArray> ours = new HashMap<>();
    walk("init/", bench.pass(weights, Pass.Mode.INITIALISE), ours);
    walk("after/", bench.pass(weights), ours);
    OfficialNames names = OfficialNames.of(model);
    for (Parameter p : model.parameters()) {
      ours.put("var/" + names.of(p), names.toTheirs(p, weights.get(p)).reshape(-1));
    }
    return ours;
  }

  private void walk(String prefix, Pass pass, Map<String, NDArray> ours) {
    ModelCase.Noise noise = ModelCase.noise(file, model, pass);
    NDArray v =
        file.read("in/x", pass.weights().flat().getDataType(), pass.manager()).add(noise.u());
    Flow.Transformed y = model.flow().forward(new NDList(v), Flow.Condition.NONE, pass);
    NDArray latent = y.value().singletonOrThrow();
    NDArray logNormal = pass.kernels().call("standard_normal").with(latent).single();
    ours.put(prefix + "x_dequantized", v);
    ours.put(prefix + "y", latent);
    ours.put(
        prefix + "log_likelihood",
        noise.logDet().add(Objects.requireNonNull(y.logDet())).add(logNormal));
  }

  /** Weights that the initialisation does not set are as they were. */
  @Override
  public List<Further> further(Bench bench) {
    return unchanged(file, compute(DataType.FLOAT64, bench));
  }

  static List<Further> unchanged(ReferenceFile file, Map<String, NDArray> ours) {
    List<Further> unchanged = new ArrayList<>();
    for (String name : file.under("var/")) {
      NDArray after = ours.get("var/" + name);
      if (!file.has("out/var/" + name) && after != null) {
        unchanged.add(
            new Further("var/" + name, "var/" + name, after, stored -> new double[stored.length]));
      }
    }
    return unchanged;
  }

  @Override
  public List<String> notes() {
    return List.of(chosen);
  }
}
