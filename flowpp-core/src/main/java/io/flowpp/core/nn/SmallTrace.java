package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flowpp.core.kernel.NetworkShape;
import io.flowpp.core.kernel.SmallNetwork;
import io.flowpp.core.spec.Precision;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network of few channels walked as a whole. In order to be differentiated its input is kept and,
 * unless lean, what its layers gave; lean, that is computed again, the same bit for bit.
 */
final class SmallTrace implements Traced {
  private final NetworkShape shape;
  private final NDArray input;
  private final @Nullable NDArray context;
  private final Pass pass;
  private final List<Object> order;
  private final double rate;
  private final SmallNetwork.@Nullable Masks masks;
  private final @Nullable NDManager own; // of what is kept
  private @Nullable NDArray value;
  private @Nullable NDArray kept;

  private SmallTrace(
      Body body,
      NetworkShape shape,
      NDArray x,
      @Nullable NDArray activated,
      Pass pass,
      boolean keeping) {
    this.shape = shape;
    this.pass = pass;
    order = body.order();
    rate = pass.dropoutRate(body.dropout());
    masks =
        rate > 1
            ? (layer, image, mask) ->
                pass.dropoutMask(body.name(), layer, body.dropout(), image, mask)
            : null;
    context = shape.context() > 0 ? activated : null;
    own = keeping ? pass.manager().newSubManager() : null;
    input = own == null ? x : alias(x, own);
  }

  /** Whether this network on x is walked so. */
  static boolean fits(Body body, NDArray x, @Nullable NDArray activated, Pass pass) {
    return pass.precision() == Precision.FP32 && SmallNetwork.fits(x, body.shape(x, activated));
  }

  /** The result alone. */
  static NDArray value(Body body, NDArray x, @Nullable NDArray activated, Pass pass) {
    return new SmallTrace(body, body.shape(x, activated), x, activated, pass, false)
        .walk(false)
        .value();
  }

  /** The result and the way back, owned by the pass's manager. */
  static Traced run(Body body, NDArray x, @Nullable NDArray activated, Pass pass) {
    SmallTrace trace = new SmallTrace(body, body.shape(x, activated), x, activated, pass, true);
    trace.keep(!pass.requireRecording().lean());
    return trace;
  }

  /** Results are the pass's; weights that are computed go at once. */
  private SmallNetwork.Result walk(boolean keeping) {
    try (NDManager scratch = pass.manager().newSubManager()) {
      List<NDArray> values = Values.of(order, pass.owning(scratch)).values();
      SmallNetwork.Result result =
          pass.kernels()
              .timed(
                  keeping ? "network_keep" : "network",
                  () -> SmallNetwork.forward(input, context, shape, values, rate, masks, keeping));
      result.value().attach(pass.manager());
      return result;
    }
  }

  private NDArray keep(boolean all) {
    SmallNetwork.Result result = walk(all);
    value = result.value();
    kept = result.kept();
    return result.value();
  }

  @Override
  public NDArray value() {
    NDArray y = value;
    return y == null ? keep(true) : y; // the way back is near, so all is kept
  }

  @Override
  public void rest() {
    if (value != null && pass.requireRecording().lean()) {
      value.close();
      value = null;
    }
  }

  @Override
  public Pulled pull(NDArray d) {
    SmallNetwork.Pulled pulled;
    try (NDManager scratch = pass.manager().newSubManager()) {
      Pass part = pass.owning(scratch);
      Values values = Values.of(order, part);
      List<NDArray> gradients = values.gradients(order, part);
      pulled =
          pass.kernels()
              .timed(
                  "network_back",
                  () ->
                      SmallNetwork.back(
                          d, input, context, kept, shape, values.values(), rate, masks, gradients));
      values.finish(gradients, part);
    }
    pulled.input().attach(pass.manager());
    if (pulled.context() != null) {
      pulled.context().attach(pass.manager());
    }
    if (own != null) {
      own.close();
    }
    pass.settle();
    return new Pulled(pulled.input(), pulled.context());
  }

  private static NDArray alias(NDArray array, NDManager owner) {
    NDArray alias = array.stopGradient();
    alias.attach(owner);
    return alias;
  }
}
