package io.flowpp.core.reference;

import ai.djl.ndarray.types.Shape;
import io.flowpp.core.spec.Arithmetic;
import io.flowpp.core.spec.ConditionerSpec;
import io.flowpp.core.spec.ContextSpec;
import io.flowpp.core.spec.CouplingSpec;
import io.flowpp.core.spec.Ending;
import io.flowpp.core.spec.MixingSpec;
import io.flowpp.core.spec.Weighting;
import java.util.ArrayList;
import java.util.List;

/** The specs of networks, read from the names and shapes of their weights. */
final class Networks {
  /** Of the attention in context networks; the authors' code has no other number. */
  private static final int CONTEXT_HEADS = 4;

  private static final String CONTEXT = "var/context_proc";

  private final ReferenceFile file;

  Networks(ReferenceFile file) {
    this.file = file;
  }

  /**
   * The coupling whose weights lie under {@code scope}.
   *
   * @param heads of its attention, 0 for the ablation; means nothing where its blocks do not mix
   */
  CouplingSpec coupling(String scope, int heads, Arithmetic arithmetic) {
    String at = "var/" + scope;
    boolean linear = file.hasUnder(at + "/proj_in/");
    Shape in = weight(at + (linear ? "/proj_in" : "/c1"));
    Shape out = weight(at + (linear ? "/proj_out" : "/c2"));
    long perChannel = out.get(3) / in.get(2);
    if (perChannel * in.get(2) != out.get(3) || perChannel < 2 || (perChannel - 2) % 3 != 0) {
      throw new NotUnderstoodException(
          scope + " puts out " + out.get(3) + " values for " + in.get(2) + " channels");
    }
    ConditionerSpec conditioner =
        new ConditionerSpec(
            Math.toIntExact(in.get(3)),
            count(at + "/block", "/conv/c1/b"),
            mixes(scope) ? mixing(heads) : new MixingSpec.None(),
            0,
            weighting(at + (linear ? "/proj_in" : "/c1")),
            linear ? Ending.LINEAR : Ending.ACTIVATED);
    int components = Math.toIntExact((perChannel - 2) / 3);
    return components == 0
        ? new CouplingSpec.Affine(conditioner)
        : new CouplingSpec.MixtureOfLogistics(components, conditioner, arithmetic);
  }

  /** Whether blocks of the coupling have attention or its ablation. */
  boolean mixes(String scope) {
    return file.hasUnder("var/" + scope + "/block0/attn/");
  }

  /** Filters of a coupling's body. */
  private int filters(String scope) {
    Shape position = file.shape("var/" + scope + "/pos_emb");
    return Math.toIntExact(position.get(position.dimension() - 1));
  }

  /** True for a coupling that reads a context: one of a dequantizer. */
  boolean readsContext(String scope) {
    return file.hasUnder("var/" + scope + "/block0/conv/a_proj/");
  }

  ContextSpec context() {
    Shape in = weight(CONTEXT + "/proj");
    boolean attends = file.hasUnder(CONTEXT + "/dqattn0/");
    return new ContextSpec(
        Math.toIntExact(in.get(3)),
        count(CONTEXT + "/c", "/c1/b"),
        file.hasUnder(CONTEXT + "/dqln0/"),
        attends ? new MixingSpec.SelfAttention(CONTEXT_HEADS) : new MixingSpec.None(),
        weighting(CONTEXT + "/proj"));
  }

  /** The shape of the weight of a layer, whichever way it is kept. */
  Shape weight(String layer) {
    return file.shape(layer + (weighting(layer) == Weighting.PLAIN ? "/W" : "/V"));
  }

  Weighting weighting(String layer) {
    return file.has(layer + "/V") ? Weighting.NORMALISED : Weighting.PLAIN;
  }

  static MixingSpec mixing(int heads) {
    return heads == 0 ? new MixingSpec.GatedLinear() : new MixingSpec.SelfAttention(heads);
  }

  /**
   * Heads that the coupling in {@code scope} can have: 0 for the ablation, which is known by the
   * class of a coupling without attention whose blocks mix.
   */
  List<Integer> possibleHeads(String scope) {
    List<Integer> heads = new ArrayList<>(possibleHeads(filters(scope)));
    boolean attends = scope.startsWith("MixLogisticAttn");
    boolean not = scope.startsWith("MixLogisticCoupling");
    heads.removeIf(h -> h == 0 ? attends : not);
    return heads;
  }

  /** All that attention over {@code filters} channels can have, and 0 for its ablation. */
  static List<Integer> possibleHeads(int filters) {
    List<Integer> heads = new ArrayList<>(List.of(0));
    for (int h = 1; h <= filters; h++) {
      if (filters % h == 0) {
        heads.add(h);
      }
    }
    return heads;
  }

  private int count(String before, String after) {
    int n = 0;
    while (file.has(before + n + after)) {
      n++;
    }
    return n;
  }
}
