package io.flowpp.core.reference;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.flow.Rearrangement;
import io.flowpp.core.nn.NetworkPart;
import io.flowpp.core.spec.Arithmetic;
import io.flowpp.core.spec.CouplingSpec;
import java.util.List;

/** Tells by a file's tensors and metadata what it is about. */
final class Cases {
  private Cases() {}

  /**
   * @throws NotUnderstoodException if it is about nothing known
   */
  static Subject subject(ReferenceFile file, Bench bench) {
    if (file.metadata("steps").isPresent()) {
      return new ModelCase(file);
    }
    if (file.hasAll("in/logits", "in/means", "in/logscales")) {
      return new MixtureCase(file);
    }
    if (file.hasAll("in/cf", "in/ef")) {
      return coupling(file, bench);
    }
    if (file.hasAll("in/a", "in/b", "var/Norm/norm0/g")) {
      return StepCase.norm(file);
    }
    if (file.hasAll("in/a", "in/b", "var/Pointwise/W0")) {
      return StepCase.linear(file);
    }
    if (file.has("in/x") && file.hasUnder("var/Norm/") && file.hasUnder("out/init/")) {
      return InitialisationCase.find(file, bench);
    }
    if (file.has("in/x") && file.has("out/y") && file.hasUnder("var/")) {
      return PartCase.find(file, bench);
    }
    if (!file.hasUnder("var/")) {
      return withoutWeights(file, bench);
    }
    throw new NotUnderstoodException(
        "its tensors are those of no model, coupling, layer, network or mixture");
  }

  private static Subject coupling(ReferenceFile file, Bench bench) {
    String first =
        file.under("var/").stream()
            .filter(n -> n.contains("/pos_emb"))
            .findFirst()
            .orElseThrow(() -> new NotUnderstoodException("its coupling has no pos_emb"));
    String scope = first.substring(0, first.indexOf('/'));
    Networks networks = new Networks(file);
    if (!networks.mixes(scope)) {
      return StepCase.coupling(file, networks.coupling(scope, 1, Arithmetic.AS_NETWORK), "");
    }
    Comparison comparison = new Comparison(file, bench.manager());
    return Choice.of(
            networks.possibleHeads(scope).stream()
                .map(
                    heads -> {
                      CouplingSpec spec = networks.coupling(scope, heads, Arithmetic.AS_NETWORK);
                      String chosen = "heads " + heads + " (0: gated_nin) fit best";
                      return StepCase.coupling(file, spec, chosen);
                    })
                .toList(),
            c -> comparison.float64(c, c.compute(DataType.FLOAT64, bench)))
        .value();
  }

  private static Subject withoutWeights(ReferenceFile file, Bench bench) {
    if (file.hasAll("in/y", "out/x", "out/logd")) {
      return PlainCase.logit(file);
    }
    if (file.hasAll("in/x", "out/y", "out/logd")) {
      return PlainCase.elementwise(file, bench);
    }
    if (file.hasAll("in/x", "out/a", "out/b")) {
      boolean columns = file.shape("out/a").get(2) * 2 == file.shape("in/x").get(2);
      return PlainCase.rearrangement(
          file, columns ? Rearrangement.CHECKERBOARD_SPLIT : Rearrangement.CHANNEL_SPLIT);
    }
    if (file.hasAll("in/x", "out/y")) {
      Shape x = file.shape("in/x");
      Shape y = file.shape("out/y");
      long in = x.get(3);
      long out = y.get(y.dimension() - 1);
      if (out == 4 * in && 2 * y.get(1) == x.get(1)) {
        return PlainCase.rearrangement(file, Rearrangement.SPACE_TO_DEPTH);
      }
      if (out == 2 * in) {
        return PartCase.plain(file, NetworkPart.concatElu());
      }
      if (2 * out == in) {
        return PartCase.plain(file, NetworkPart.gate());
      }
    }
    throw new NotUnderstoodException(
        "its tensors are those of no layer without weights: "
            + List.copyOf(file.tensors().names()));
  }
}
