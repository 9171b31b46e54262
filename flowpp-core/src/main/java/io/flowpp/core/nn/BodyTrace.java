package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.kernel.Attention;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.spec.Ending;
import io.flowpp.core.spec.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A network walked piece by piece. In order to be differentiated each is kept with what its way
 * back reads or, lean, with its input alone. Both give the same numbers bit for bit: the same
 * kernels on the same values.
 */
final class BodyTrace implements Traced {
  private final Body body;
  private final @Nullable NDArray activated;
  private final Pass pass;
  private final List<Step> steps = new ArrayList<>();
  private boolean keeping;
  private @Nullable NDArray value;

  BodyTrace(Body body, @Nullable NDArray activated, Pass pass) {
    this.body = body;
    this.activated = activated;
    this.pass = pass;
  }

  /** One piece, what went in, and what it keeps; lean, it keeps nothing. */
  private static final class Step {
    private final Piece piece;
    private final NDManager own;
    private final NDArray input;
    private Piece.@Nullable Kept kept;

    Step(Piece piece, NDArray input, NDManager parent) {
      this.piece = piece;
      own = parent.newSubManager();
      this.input = input.stopGradient();
      this.input.attach(own);
    }
  }

  /** The result alone. */
  NDArray value(NDArray x) {
    return walk(x);
  }

  /** The result and the way back, owned by the pass's manager. */
  Traced run(NDArray x) {
    pass.requireRecording();
    keeping = true;
    value = walk(x);
    return this;
  }

  @Override
  public NDArray value() {
    if (value == null) {
      Step last = steps.get(steps.size() - 1);
      last.kept = last.piece.keep(last.input);
      value = last.kept.value();
    }
    return value;
  }

  @Override
  public void rest() {
    if (value != null && pass.requireRecording().lean()) {
      value.close();
      value = null;
    }
  }

  private NDArray walk(NDArray x) {
    NDArray h = step(new Convolution(body.in(), false), x);
    int mask = 0;
    for (Body.Block block : body.blocks()) {
      h = step(new BlockPiece(block, mask), h);
      mask += block.mixing() == null ? 1 : 2;
    }
    if (body.out() != null) {
      h = step(new Convolution(body.out(), body.ending() == Ending.ACTIVATED), h);
    }
    return h;
  }

  private NDArray step(Piece piece, NDArray h) {
    if (!keeping) {
      return pass.part(new NDList(h), (in, own) -> piece.keep(in.get(0)).value(), List::of);
    }
    Step step = new Step(piece, h, pass.manager());
    steps.add(step);
    if (!pass.requireRecording().lean()) {
      step.kept = piece.keep(step.input);
      return step.kept.value();
    }
    try (NDManager scratch = pass.manager().newSubManager()) {
      NDArray value = piece.keep(alias(step.input, scratch)).value();
      value.attach(step.own);
      return value;
    }
  }

  @Override
  public Pulled pull(NDArray d) {
    NDArray upstream = d;
    NDArray context = null;
    for (int i = steps.size() - 1; i >= 0; i--) {
      Step step = steps.get(i);
      try (NDManager scratch = pass.manager().newSubManager()) {
        Piece.Kept kept =
            step.kept == null ? step.piece.keep(alias(step.input, scratch)) : step.kept;
        NDList pulled = step.piece.back(alias(upstream, scratch), kept);
        upstream = pulled.get(0);
        upstream.attach(pass.manager());
        if (pulled.size() > 1) {
          context = context == null ? pulled.get(1) : pulled.get(1).addi(context);
          context.attach(pass.manager());
        }
      }
      // all blocks add to the gradient by the positions
      pass.requireRecording().gradients().settle(body.position());
      step.own.close();
    }
    pass.settle();
    return new Pulled(upstream, context);
  }

  private static NDArray alias(NDArray array, NDManager owner) {
    NDArray alias = array.stopGradient();
    alias.attach(owner);
    return alias;
  }

  /** What the kernels are told in numbers: dropout's 1/(1-p), with a norm, bfloat16, heads. */
  private NDArray code(boolean norm) {
    return pass.kernels()
        .numbers(
            pass.dropoutRate(body.dropout()),
            norm ? 1. : 0.,
            pass.precision() == Precision.BF16 ? 1. : 0.,
            (double) Mixing.heads(body.mixing()));
  }

  /** The first or the last convolution. */
  private final class Convolution implements Piece {
    private final List<Object> order;
    private final boolean activates;

    Convolution(Conv3x3 layer, boolean activates) {
      order = List.of(layer);
      this.activates = activates;
    }

    @Override
    public Kept keep(NDArray h) {
      Pass own = pass.owning(h.getManager());
      NDArray x = activates ? own.kernels().call("concat_elu").with(h).single() : h;
      NDList all =
          own.kernels()
              .call("conv_keep")
              .with(x)
              .with(code(false))
              .with(Values.of(order, own).values())
              .run();
      return new Kept(all.get(0), List.of(List.of(x, all.get(1))));
    }

    @Override
    public NDList back(NDArray d, Kept kept) {
      Pass own = pass.owning(d.getManager());
      Values values = Values.of(order, own);
      List<NDArray> gradients = values.gradients(order, own);
      NDList dx =
          own.kernels()
              .call("conv_back")
              .with(d)
              .with(kept.lists().get(0).get(1))
              .with(code(false))
              .with(values.values())
              .with(gradients)
              .run();
      values.finish(gradients, own);
      return activates
          ? own.kernels()
              .call("concat_elu_back")
              .with(dx.get(0))
              .with(kept.lists().get(0).get(0))
              .run()
          : dx;
    }
  }

  /** A gated convolution and, where there is one, the mixing after it, each with its norm. */
  private final class BlockPiece implements Piece {
    private final Body.Block block;
    private final int mask;
    private final boolean norm;
    private final List<Object> convOrder;
    private final List<Object> mixingOrder = new ArrayList<>();

    BlockPiece(Body.Block block, int mask) {
      this.block = block;
      this.mask = mask;
      norm = block.norm1() != null;
      convOrder = new ArrayList<>(block.conv().layers());
      if (block.norm1() != null) {
        convOrder.addAll(block.norm1().parameters());
      }
      if (block.mixing() != null && block.norm2() != null) {
        mixingOrder.addAll(block.mixing().layers());
        mixingOrder.addAll(block.norm2().parameters());
      }
    }

    @Override
    public Kept keep(NDArray h) {
      Pass own = pass.owning(h.getManager());
      Shape s = h.getShape();
      Shape twice = new Shape(s.get(0), s.get(1), s.get(2), 2 * s.get(3));
      List<NDArray> drop = masks(mask, twice, own.manager());
      List<NDArray> conv = new ArrayList<>();
      own.kernels()
          .call("gated_conv_keep")
          .with(h)
          .with(context())
          .with(code(norm))
          .with(Values.of(convOrder, own).values())
          .with(drop)
          .run()
          .forEach(conv::add);
      NDArray n = conv.get(0);
      conv.addAll(drop.subList(1, drop.size()));
      if (mixingOrder.isEmpty()) {
        return new Kept(n, List.of(conv));
      }
      drop = masks(mask + 1, s, own.manager());
      NDList all = mix(n, drop, own);
      List<NDArray> mixing = new ArrayList<>(all);
      mixing.set(0, n);
      mixing.addAll(drop.subList(1, drop.size()));
      return new Kept(all.get(0), List.of(conv, mixing));
    }

    @Override
    public NDList back(NDArray d, Kept kept) {
      Pass own = pass.owning(d.getManager());
      NDArray upstream = d;
      if (!mixingOrder.isEmpty()) {
        Values values = Values.of(mixingOrder, own);
        List<NDArray> gradients = values.gradients(mixingOrder, own);
        gradients.add(own.gradient(position()));
        upstream = unmix(d, values.values(), kept.lists().get(1), gradients, own);
        values.finish(gradients, own);
      }
      Values values = Values.of(convOrder, own);
      List<NDArray> gradients = values.gradients(convOrder, own);
      NDList pulled =
          own.kernels()
              .call("gated_conv_back")
              .with(upstream)
              .with(context())
              .with(code(norm))
              .with(values.values())
              .with(kept.lists().get(0))
              .with(gradients)
              .run();
      values.finish(gradients, own);
      return pulled;
    }

    /**
     * The result, then p, the mixed values, when keeping what their way back reads, and what the
     * last kernel keeps.
     */
    private NDList mix(NDArray n, List<NDArray> drop, Pass own) {
      List<NDArray> values = Values.of(mixingOrder, own).values();
      Kernels kernels = own.kernels();
      NDArray p =
          kernels
              .call("mixing_open")
              .with(n)
              .with(own.value(position()))
              .with(code(norm))
              .with(values)
              .single();
      NDList mixed =
          fits(n)
              ? kernels.timed("attention_keep", () -> Attention.keep(p, heads()))
              : kernels.call(keeping ? "mix_keep" : "mix").with(p).with(code(norm)).run();
      NDList closed =
          kernels
              .call("mixing_close")
              .with(n)
              .with(mixed.get(0))
              .with(code(norm))
              .with(values)
              .with(drop)
              .run();
      NDList all = new NDList(closed.get(0), p);
      all.addAll(mixed);
      all.addAll(closed.subList(1, closed.size()));
      return all;
    }

    /**
     * @param kept n and what {@link #mix} gave after its result when keeping, then the mask where
     *     there is one
     */
    private NDArray unmix(
        NDArray d, List<NDArray> values, List<NDArray> kept, List<NDArray> gradients, Pass own) {
      Kernels kernels = own.kernels();
      NDList closed =
          kernels
              .call("mixing_close_back")
              .with(d)
              .with(code(norm))
              .with(values)
              .with(kept)
              .with(gradients)
              .run();
      NDArray da = closed.get(1);
      NDArray p = kept.get(1);
      NDArray mixed = kept.get(2);
      NDArray sums = kept.get(3);
      NDArray dp =
          fits(d)
              ? kernels.timed("attention_back", () -> Attention.back(da, p, mixed, sums, heads()))
              : kernels
                  .call("mix_back")
                  .with(da)
                  .with(p)
                  .with(mixed)
                  .with(sums)
                  .with(code(norm))
                  .single();
      return kernels
          .call("mixing_open_back")
          .with(closed.get(0))
          .with(dp)
          .with(own.value(position()))
          .with(code(norm))
          .with(values)
          .with(kept)
          .with(gradients)
          .single();
    }

    private boolean fits(NDArray x) {
      if (pass.precision() == Precision.BF16) {
        return false; // the library multiplies in bfloat16, the JVM's vectors do not
      }
      return keeping ? Attention.fitsBothWays(x, heads()) : Attention.fitsForward(x, heads());
    }

    private int heads() {
      return Mixing.heads(body.mixing());
    }

    private NDArray context() {
      return activated != null && block.conv().fromContext() != null
          ? activated
          : pass.kernels().absent();
    }

    private Parameter position() {
      return Objects.requireNonNull(body.position(), "positions of " + body.name());
    }

    /** After a placeholder, the mask where something drops. */
    private List<NDArray> masks(int index, Shape shape, NDManager owner) {
      NDArray head = pass.kernels().listHead();
      return pass.dropoutRate(body.dropout()) > 1
          ? List.of(head, pass.dropoutMask(body.name(), index, body.dropout(), shape, owner))
          : List.of(head);
    }
  }
}
