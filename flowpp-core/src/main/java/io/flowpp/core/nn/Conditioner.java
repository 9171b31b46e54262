package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.spec.ConditionerSpec;
import io.flowpp.core.spec.Ending;
import io.flowpp.core.spec.MixingSpec;
import io.flowpp.core.spec.Weighting;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The network of a coupling (Flow++ §3.3): proj_in, blocks of (gated convolution, layer norm,
 * mixing, layer norm), proj_out; [B,H,W,C] to [B,H,W,C·n] with n parameters per channel. A learned
 * position [H,W,F] is added to the input of every mixing; it is there, unread, where blocks do not
 * mix.
 */
public final class Conditioner {
  private final String name;
  private final boolean conditioned;
  private final Body body;

  /**
   * @param half height, width and channels of the half that is read
   * @param perChannel parameters per channel that are put out
   * @param contextFilters channels of the context, 0 for none
   */
  public Conditioner(
      Parameters owner,
      String name,
      ConditionerSpec spec,
      Shape half,
      int perChannel,
      int contextFilters) {
    this.name = name;
    conditioned = contextFilters > 0;
    long f = spec.filters();
    long c = half.get(2);
    Weighting weighting = spec.weighting();
    boolean mixes = !(spec.mixing() instanceof MixingSpec.None);
    Conv3x3 in = new Conv3x3(owner, "in", c, f, 1, weighting);
    Parameter position =
        owner.add("position", Parameter.Start.NORMAL_01, half.get(0), half.get(1), f);
    List<Body.Block> blocks = new ArrayList<>();
    for (int i = 0; i < spec.blocks(); i++) {
      Parameters room = owner.in("block" + i);
      blocks.add(
          new Body.Block(
              conv(room.in("conv"), f, contextFilters, weighting),
              new LayerNorm(room, "norm1", f),
              mixes ? new Mixing(room, f, spec.mixing(), weighting) : null,
              mixes ? new LayerNorm(room, "norm2", f) : null));
    }
    long last = spec.ending() == Ending.ACTIVATED ? 2 * f : f;
    Conv3x3 out = new Conv3x3(owner, "out", last, c * perChannel, .1, weighting);
    body =
        new Body(
            name,
            in,
            mixes ? position : null,
            spec.mixing(),
            List.copyOf(blocks),
            spec.ending(),
            out,
            f,
            spec.dropout());
  }

  private static GatedConv conv(Parameters room, long f, long contextFilters, Weighting weighting) {
    return new GatedConv(
        new Conv3x3(room, "c1", 2 * f, f, 1, weighting),
        contextFilters > 0
            ? new Linear(room, "context", 2 * contextFilters, f, 1, weighting)
            : null,
        new Linear(room, "c2", 2 * f, 2 * f, .1, weighting));
  }

  /**
   * @param activated concat_elu of the context [B,H,W,2·contextFilters], null for none
   */
  public NDArray apply(NDArray x, @Nullable NDArray activated, Pass pass) {
    requireContext(activated);
    return body.apply(x, activated, pass);
  }

  /** The same in order to be differentiated, by the pass's recording. */
  public Traced trace(NDArray x, @Nullable NDArray activated, Pass pass) {
    requireContext(activated);
    return body.trace(x, activated, pass);
  }

  private void requireContext(@Nullable NDArray activated) {
    if (conditioned != (activated != null)) {
      throw new IllegalArgumentException(
          name
              + (conditioned
                  ? " reads a context, and got none"
                  : " reads no context, and got one"));
    }
  }
}
