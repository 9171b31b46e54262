package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.kernel.NetworkShape;
import io.flowpp.core.spec.Ending;
import io.flowpp.core.spec.MixingSpec;
import io.flowpp.core.spec.Precision;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network of gated blocks: proj_in, then blocks of (gated convolution, layer norm, mixing, layer
 * norm) of which the norms and the mixing may be absent, then proj_out where there is one;
 * [B,H,W,C] to [B,H,W,O].
 *
 * @param name what errors call it; the dropout masks are a function of it
 * @param position [H,W,F], added to what every mixing reads; null where there is none to read
 */
record Body(
    String name,
    Conv3x3 in,
    @Nullable Parameter position,
    MixingSpec mixing,
    List<Block> blocks,
    Ending ending,
    @Nullable Conv3x3 out,
    long filters,
    double dropout) {

  /** Absent parts are null; a mixing has a norm after it. */
  record Block(
      GatedConv conv,
      @Nullable LayerNorm norm1,
      @Nullable Mixing mixing,
      @Nullable LayerNorm norm2) {}

  /**
   * @param activated concat_elu of the context [B,H,W,2·contextFilters], null for none
   */
  NDArray apply(NDArray x, @Nullable NDArray activated, Pass pass) {
    if (!pass.plain() && !Gradients.recording()) {
      NDArray y =
          SmallTrace.fits(this, x, activated, pass)
              ? SmallTrace.value(this, x, activated, pass)
              : new BodyTrace(this, activated, pass).value(x);
      return pass.finite(name, y);
    }
    List<NDArray> masks =
        pass.dropoutMasks(name, dropout, x.getDataType(), maskShapes(x.getShape()));
    return pass.plain() ? plain(x, activated, masks, pass) : fast(x, activated, masks, pass);
  }

  /**
   * The same in order to be differentiated, by the pass's recording.
   *
   * @param activated as in {@link #apply}
   */
  Traced trace(NDArray x, @Nullable NDArray activated, Pass pass) {
    return SmallTrace.fits(this, x, activated, pass)
        ? SmallTrace.run(this, x, activated, pass)
        : new BodyTrace(this, activated, pass).run(x);
  }

  /** What kernels for few channels are told of this network. */
  NetworkShape shape(NDArray x, @Nullable NDArray activated) {
    Shape s = x.getShape();
    boolean reads = !blocks.isEmpty() && blocks.get(0).conv().fromContext() != null;
    return new NetworkShape(
        Math.toIntExact(s.get(1)),
        Math.toIntExact(s.get(2)),
        Math.toIntExact(s.get(3)),
        Math.toIntExact(filters),
        reads && activated != null ? Math.toIntExact(activated.getShape().get(3)) : 0,
        !blocks.isEmpty() && blocks.get(0).conv().second() instanceof Conv3x3 ? 3 : 1,
        normalised(),
        blocks.size(),
        Mixing.heads(mixing),
        out == null ? 0 : Math.toIntExact(out.parameters().bias().shape().get(0)),
        ending == Ending.ACTIVATED);
  }

  private boolean normalised() {
    return !blocks.isEmpty() && blocks.get(0).norm1() != null;
  }

  /** By one kernel that the tensor library can differentiate. */
  private NDArray fast(NDArray x, @Nullable NDArray activated, List<NDArray> masks, Pass pass) {
    NDArray shape =
        pass.kernels()
            .numbers(
                (double) blocks.size(),
                (double) Mixing.heads(mixing),
                normalised() ? 1. : 0.,
                out == null ? 0. : ending == Ending.LINEAR ? 1. : 2.,
                pass.precision() == Precision.BF16 ? 1. : 0.);
    NDArray y =
        pass.kernels()
            .call("network")
            .with(x)
            .with(activated == null ? pass.kernels().absent() : activated)
            .with(Values.of(order(), pass).values())
            .with(shape)
            .with(masks)
            .single();
    return pass.finite(name, y);
  }

  /** The layers and parameters that kernels for whole networks read, in their order. */
  List<Object> order() {
    List<Object> order = new ArrayList<>();
    order.add(in);
    if (position != null) {
      order.add(position);
    }
    for (Block b : blocks) {
      order.addAll(b.conv().layers());
      if (b.norm1() != null) {
        order.addAll(b.norm1().parameters());
      }
      if (b.mixing() != null && b.norm2() != null) {
        order.addAll(b.mixing().layers());
        order.addAll(b.norm2().parameters());
      }
    }
    if (out != null) {
      order.add(out);
    }
    return order;
  }

  private NDArray plain(NDArray x, @Nullable NDArray activated, List<NDArray> masks, Pass pass) {
    NDArray h = pass.finite(name + ", first convolution", in.apply(x, pass));
    for (int i = 0; i < blocks.size(); i++) {
      int number = i;
      h =
          pass.part(
              new NDList(h),
              (in, part) -> plain(number, in.singletonOrThrow(), activated, masks, part),
              List::of);
    }
    if (out == null) {
      return h;
    }
    h = ending == Ending.ACTIVATED ? Activations.concatElu(h) : h;
    return pass.finite(name + ", last convolution", out.apply(h, pass));
  }

  /** Block {@code number}. */
  private NDArray plain(
      int number, NDArray x, @Nullable NDArray activated, List<NDArray> masks, Pass pass) {
    Block b = blocks.get(number);
    int mask = 1 + number * (b.mixing() == null ? 1 : 2);
    String at = name + ", block " + number + ", ";
    NDArray h = b.conv().apply(x, activated, mask(masks, mask), pass);
    pass.finite(at + "gated convolution", h);
    h = b.norm1() == null ? h : pass.finite(at + "layer norm", b.norm1().apply(h, pass));
    if (b.mixing() != null && b.norm2() != null && position != null) {
      h = b.mixing().apply(h, pass.value(position), mask(masks, mask + 1), pass);
      pass.finite(at + "mixing", h);
      h = pass.finite(at + "second layer norm", b.norm2().apply(h, pass));
    }
    return h;
  }

  private static @Nullable NDArray mask(List<NDArray> masks, int index) {
    return index < masks.size() ? masks.get(index) : null;
  }

  private List<Shape> maskShapes(Shape x) {
    List<Shape> shapes = new ArrayList<>();
    for (Block b : blocks) {
      shapes.add(new Shape(x.get(0), x.get(1), x.get(2), 2 * filters));
      if (b.mixing() != null) {
        shapes.add(new Shape(x.get(0), x.get(1), x.get(2), filters));
      }
    }
    return shapes;
  }
}
