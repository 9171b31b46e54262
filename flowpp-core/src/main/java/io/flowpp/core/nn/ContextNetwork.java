package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.spec.ContextSpec;
import io.flowpp.core.spec.Ending;
import io.flowpp.core.spec.MixingSpec;
import io.flowpp.core.spec.Weighting;
import java.util.ArrayList;
import java.util.List;

/**
 * What the dequantizer knows of the image: a convolution, then gated convolutions with two 3x3
 * convolutions each, and layer norms and attention after them where the spec has them; on the two
 * checkerboard halves stacked on channels, [B,H,W/2,2C] to [B,H,W/2,F].
 */
public final class ContextNetwork {
  private final Body body;

  /**
   * @param half height, width and channels of one half
   * @param dropout of the dequantizer's networks
   */
  public ContextNetwork(Parameters owner, ContextSpec spec, Shape half, double dropout) {
    long f = spec.filters();
    Weighting weighting = spec.weighting();
    boolean mixes = !(spec.mixing() instanceof MixingSpec.None);
    Conv3x3 in = new Conv3x3(owner, "in", 2 * half.get(2), f, 1, weighting);
    Parameter position =
        mixes
            ? owner.add("position", Parameter.Start.NORMAL_01, half.get(0), half.get(1), f)
            : null;
    List<Body.Block> blocks = new ArrayList<>();
    for (int i = 0; i < spec.blocks(); i++) {
      Parameters room = owner.in("block" + i);
      GatedConv conv =
          new GatedConv(
              new Conv3x3(room, "c1", 2 * f, f, 1, weighting),
              null,
              new Conv3x3(room, "c2", 2 * f, 2 * f, .1, weighting));
      blocks.add(
          new Body.Block(
              conv,
              spec.normalised() ? new LayerNorm(room, "norm1", f) : null,
              mixes ? new Mixing(room, f, spec.mixing(), weighting) : null,
              mixes ? new LayerNorm(room, "norm2", f) : null));
    }
    body =
        new Body(
            "context",
            in,
            position,
            spec.mixing(),
            List.copyOf(blocks),
            Ending.LINEAR,
            null,
            f,
            dropout);
  }

  /**
   * @param x [B,H,W/2,2C]
   * @return [B,H,W/2,F]
   */
  public NDArray apply(NDArray x, Pass pass) {
    return body.apply(x, null, pass);
  }

  /** The same in order to be differentiated, by the pass's recording. */
  public Traced trace(NDArray x, Pass pass) {
    return body.trace(x, null, pass);
  }
}
