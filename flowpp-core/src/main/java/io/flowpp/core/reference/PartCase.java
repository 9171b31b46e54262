package io.flowpp.core.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.nn.NetworkPart;
import io.flowpp.core.nn.Parameter;
import io.flowpp.core.nn.Parameters;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.spec.Weighting;
import io.flowpp.core.weights.OfficialNames;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a network, computed by plain array operations: the fast kernels take whole networks.
 */
final class PartCase implements Subject {
  private final ReferenceFile file;
  private final String scope;
  private final @Nullable String beside;
  private final NetworkPart part;
  private final List<Parameter> parameters;
  private final String chosen;

  private PartCase(
      ReferenceFile file,
      String scope,
      @Nullable String beside,
      Function<Parameters, NetworkPart> build,
      String chosen) {
    this.file = file;
    this.scope = scope;
    this.beside = beside;
    this.chosen = chosen;
    Parameters owner = new Parameters();
    part = build.apply(owner);
    parameters = owner.all();
  }

  /** A piece without weights. */
  static PartCase plain(ReferenceFile file, NetworkPart part) {
    return new PartCase(file, "", null, owner -> part, "");
  }

  /** The piece whose weights lie under the one scope of the file. */
  static PartCase find(ReferenceFile file, Bench bench) {
    String first = file.under("var/").get(0);
    String scope = first.substring(0, first.indexOf('/'));
    String at = "var/" + scope;
    Networks networks = new Networks(file);
    long filters = file.shape("in/x").get(3);
    if (file.hasUnder(at + "/proj1/")) {
      return mixing(file, scope, filters, bench);
    }
    if (file.hasUnder(at + "/c1/")) {
      long context = file.has("in/context") ? file.shape("in/context").get(3) : 0;
      boolean wide = networks.weight(at + "/c2").dimension() == 4;
      Weighting weighting = networks.weighting(at + "/c1");
      return new PartCase(
          file,
          scope,
          context > 0 ? "in/context" : null,
          p -> NetworkPart.gatedConvolution(p, filters, context, wide, weighting),
          "");
    }
    if (!file.has(at + "/W") && !file.has(at + "/V")) {
      return new PartCase(file, scope, null, p -> NetworkPart.layerNorm(p, filters), "");
    }
    Shape weight = networks.weight(at);
    Weighting weighting = networks.weighting(at);
    long out = weight.get(weight.dimension() - 1);
    return new PartCase(
        file,
        scope,
        null,
        p ->
            weight.dimension() == 4
                ? NetworkPart.convolution(p, filters, out, weighting)
                : NetworkPart.linear(p, filters, out, weighting),
        "");
  }

  private static PartCase mixing(ReferenceFile file, String scope, long filters, Bench bench) {
    Weighting weighting = new Networks(file).weighting("var/" + scope + "/proj1");
    List<PartCase> candidates =
        Networks.possibleHeads(Math.toIntExact(filters)).stream()
            .map(
                heads ->
                    new PartCase(
                        file,
                        scope,
                        "in/pos_emb",
                        p -> NetworkPart.mixing(p, filters, Networks.mixing(heads), weighting),
                        "heads " + heads + " (0: gated_nin) fit best"))
            .toList();
    Comparison comparison = new Comparison(file, bench.manager());
    return Choice.of(candidates, c -> comparison.float64(c, c.compute(DataType.FLOAT64, bench)))
        .value();
  }

  @Override
  public Map<String, NDArray> compute(DataType type, Bench bench) {
    Weights weights = bench.weights(parameters, type);
    if (!parameters.isEmpty()) {
      boolean cifarNorm =
          file.has("var/" + scope + "/g") && file.shape("var/" + scope + "/g").dimension() == 4;
      OfficialNames.ofPart(parameters, scope, cifarNorm)
          .load(file.tensors(), "var/", weights, bench.kernels());
    }
    NDArray x = file.read("in/x", type, bench.manager());
    NDArray second = beside == null ? null : file.read(beside, type, bench.manager());
    return Map.of("y", part.apply(x, second, bench.pass(weights, Pass.Mode.REFERENCE)));
  }

  @Override
  public List<String> notes() {
    return chosen.isEmpty() ? List.of() : List.of(chosen);
  }
}
