package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.spec.ConditionerSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The network of a coupling (Flow++ §3.3): proj_in, blocks of (gated convolution, layer norm,
 * mixing, layer norm), proj_out; [B,H,W,C] to [B,H,W,C·n] with n parameters per channel. A learned
 * position [H,W,F] is added to the input of every mixing.
 */
public final class Conditioner {
  private final String name;
  private final ConditionerSpec spec;
  private final boolean conditioned;
  private final Conv3x3 in;
  private final Parameter position;
  private final List<Block> blocks = new ArrayList<>();
  private final Conv3x3 out;
  private final List<Parameter> parameters;

  private record Block(GatedConv conv, LayerNorm norm1, Mixing mixing, LayerNorm norm2) {}

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
    this.spec = spec;
    conditioned = contextFilters > 0;
    long f = spec.filters();
    long c = half.get(2);
    in = new Conv3x3(owner, "in", c, f, 1);
    position = owner.add("position", Parameter.Start.NORMAL_01, half.get(0), half.get(1), f);
    for (int i = 0; i < spec.blocks(); i++) {
      Parameters room = owner.in("block" + i);
      blocks.add(
          new Block(
              new GatedConv(room, f, contextFilters),
              new LayerNorm(room, "norm1", f),
              new Mixing(room, f, spec.mixing()),
              new LayerNorm(room, "norm2", f)));
    }
    out = new Conv3x3(owner, "out", f, c * perChannel, .1);
    parameters = collect();
  }

  /** In the order that the kernel expects. */
  private List<Parameter> collect() {
    List<Parameter> all = new ArrayList<>(in.parameters());
    all.add(position);
    for (Block b : blocks) {
      all.addAll(b.conv.parameters());
      all.addAll(b.norm1.parameters());
      all.addAll(b.mixing.parameters());
      all.addAll(b.norm2.parameters());
    }
    all.addAll(out.parameters());
    return List.copyOf(all);
  }

  /**
   * @param activated concat_elu of the context [B,H,W,2·contextFilters], null for none
   */
  public NDArray apply(NDArray x, @Nullable NDArray activated, Pass pass) {
    if (conditioned != (activated != null)) {
      throw new IllegalArgumentException(
          name
              + (conditioned
                  ? " reads a context, and got none"
                  : " reads no context, and got one"));
    }
    List<NDArray> masks =
        pass.dropoutMasks(name, spec.dropout(), x.getDataType(), maskShapes(x.getShape()));
    return pass.plain() ? plain(x, activated, masks, pass) : fast(x, activated, masks, pass);
  }

  private NDArray fast(NDArray x, @Nullable NDArray activated, List<NDArray> masks, Pass pass) {
    return pass.kernels()
        .call("conditioner")
        .with(x)
        .with(activated == null ? pass.kernels().absent() : activated)
        .with(pass.weights().get(parameters))
        .with(pass.kernels().number(Mixing.heads(spec.mixing())))
        .with(masks)
        .single();
  }

  private NDArray plain(NDArray x, @Nullable NDArray activated, List<NDArray> masks, Pass pass) {
    NDArray h = in.apply(x, pass);
    NDArray pos = pass.value(position);
    for (int i = 0; i < blocks.size(); i++) {
      Block b = blocks.get(i);
      h = b.norm1.apply(b.conv.apply(h, activated, mask(masks, 2 * i), pass), pass);
      h = b.norm2.apply(b.mixing.apply(h, pos, mask(masks, 2 * i + 1), pass), pass);
    }
    return out.apply(h, pass);
  }

  private static @Nullable NDArray mask(List<NDArray> masks, int layer) {
    return layer + 1 < masks.size() ? masks.get(layer + 1) : null;
  }

  private List<Shape> maskShapes(Shape x) {
    List<Shape> shapes = new ArrayList<>();
    for (int i = 0; i < spec.blocks(); i++) {
      shapes.add(new Shape(x.get(0), x.get(1), x.get(2), 2L * spec.filters()));
      shapes.add(new Shape(x.get(0), x.get(1), x.get(2), spec.filters()));
    }
    return shapes;
  }
}
