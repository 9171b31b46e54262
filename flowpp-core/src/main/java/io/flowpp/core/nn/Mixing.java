package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.spec.MixingSpec;
import io.flowpp.core.spec.Weighting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Mixes positions by multi-head self-attention, or, in the no-attention ablation, channels only: h
 * + a·sigmoid(b) with (a,b) = 1x1(drop(mix(1x1(h + pos)))); [B,H,W,F] to [B,H,W,F]. The 3F channels
 * of the first map are q, k, v, each cut into consecutive heads.
 */
final class Mixing {
  private final Linear in;
  private final Linear out;
  private final int heads;

  Mixing(Parameters owner, long filters, MixingSpec spec, Weighting weighting) {
    Parameters room = owner.in("mixing");
    in = new Linear(room, "in", filters, 3 * filters, 1, weighting);
    out = new Linear(room, "out", filters, 2 * filters, .1, weighting);
    heads = heads(spec);
  }

  /** The kernels' convention: heads of the attention, 0 for the ablation, -1 for no mixing. */
  static int heads(MixingSpec spec) {
    if (spec instanceof MixingSpec.SelfAttention attention) {
      return attention.heads();
    }
    return spec instanceof MixingSpec.GatedLinear ? 0 : -1;
  }

  List<Layer> layers() {
    return List.of(in, out);
  }

  /**
   * @param mask dropout mask [B,H,W,F], null for none
   */
  NDArray apply(NDArray h, NDArray position, @Nullable NDArray mask, Pass pass) {
    NDArray p = in.apply(h.add(position), pass);
    NDArray mixed = heads > 0 ? attend(p, h.getShape(), pass) : maxOfTriples(p, h.getShape());
    return h.add(Activations.gate(out.apply(mask == null ? mixed : mixed.mul(mask), pass)));
  }

  /** softmax(q kᵀ / sqrt(d)) v for each head, d = F / heads. */
  private NDArray attend(NDArray p, Shape s, Pass pass) {
    long positions = s.get(1) * s.get(2);
    long d = s.get(3) / heads;
    NDList qkv = p.reshape(s.get(0), positions, 3, heads, d).transpose(2, 0, 3, 1, 4).split(3, 0);
    NDArray q = qkv.get(0).squeeze(0);
    NDArray k = qkv.get(1).squeeze(0);
    NDArray v = qkv.get(2).squeeze(0);
    NDArray mixed = pass.mode() == Pass.Mode.REFERENCE ? softmax(q, k, v) : fused(q, k, v, pass);
    return mixed.transpose(0, 2, 1, 3).reshape(s);
  }

  private static NDArray softmax(NDArray q, NDArray k, NDArray v) {
    double scale = 1 / Math.sqrt(q.getShape().get(3));
    NDArray scores = q.mul(q.getManager().create(scale).duplicate().toType(q.getDataType(), false));
    return scores.matMul(k.transpose(0, 1, 3, 2)).softmax(-1).matMul(v);
  }

  /**
   * The same without the scores of all pairs in memory, for the large batch of an initialisation.
   */
  private static NDArray fused(NDArray q, NDArray k, NDArray v, Pass pass) {
    return pass.kernels().call("attention").with(q).with(k).with(v).single();
  }

  private static NDArray maxOfTriples(NDArray p, Shape s) {
    return p.reshape(s.get(0), s.get(1), s.get(2), s.get(3), 3).max(new int[] {4});
  }
}
