package io.flowpp.core.dequantize;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.flow.Flow;
import io.flowpp.core.flow.FlowChain;
import io.flowpp.core.kernel.NativeMemory;
import io.flowpp.core.nn.ContextNetwork;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Traced;
import io.flowpp.core.random.Randomness;
import java.util.List;
import java.util.Objects;

/**
 * u = q_x(eps), eps ~ N(0,I): a flow conditioned on a network of the image. log q(u|x) = log N(eps;
 * 0, I) - log|det du/deps| (Flow++ eq. 10).
 */
public final class VariationalDequantizer implements Dequantizer {
  private final ContextNetwork context;
  private final FlowChain flow;
  private final int bits;

  public VariationalDequantizer(ContextNetwork context, FlowChain flow, int bits) {
    this.context = context;
    this.flow = flow;
    this.bits = bits;
  }

  @Override
  public Noise draw(NDArray x, Randomness randomness, int copies, Pass pass) {
    return push(x, eps(x, randomness, copies, pass), copies, pass);
  }

  private static NDArray eps(NDArray x, Randomness randomness, int copies, Pass pass) {
    Shape s = Shapes.repeated(x.getShape(), copies);
    float[] values = new float[Math.toIntExact(s.size())];
    randomness.gaussian(values);
    return NativeMemory.floats(pass.manager(), values, s).toType(x.getDataType(), false);
  }

  /**
   * {@inheritDoc}
   *
   * @throws RuntimeException as {@link #push}
   */
  @Override
  public Drawn trace(NDArray x, Randomness randomness, Pass pass) {
    NDArray eps = eps(x, randomness, 1, pass);
    Traced network = context.trace(columns(x, pass), pass);
    NDArray activated = pass.kernels().call("concat_elu").with(network.value()).single();
    network.rest();
    Flow.Traced traced = flow.trace(new NDList(eps), new Flow.Condition(activated), pass);
    Noise noise = Pushed.noise(eps, traced.result(), pass);
    requireFinite(noise, x, eps, 1, pass);
    return new Drawn(
        noise,
        (du, l) -> {
          Flow.Pulled pulled = traced.pullback().pull(new NDList(du), l.neg());
          NDArray d = Objects.requireNonNull(pulled.context(), "gradient by the context");
          network.pull(pass.kernels().call("concat_elu_back").with(d).with(activated).single());
        });
  }

  /**
   * {@inheritDoc}
   *
   * @throws io.flowpp.core.nn.NonFiniteException naming the layer at which infinities or NaN arise
   * @throws io.flowpp.core.flow.NotInvertibleException if a layer's matrix is singular
   */
  @Override
  public Noise push(NDArray x, NDArray eps, int copies, Pass pass) {
    Noise noise = Pushed.through(flow, condition(x, copies, pass), eps, pass);
    requireFinite(noise, x, eps, copies, pass);
    return noise;
  }

  private void requireFinite(Noise noise, NDArray x, NDArray eps, int copies, Pass pass) {
    pass.requireFinite(
        noise.logDensity(),
        () -> List.of(copies > 1 ? x.repeat(0, copies) : x, eps),
        (one, again) -> Pushed.through(flow, condition(one.get(0), 1, again), one.get(1), again));
  }

  /**
   * {@inheritDoc}
   *
   * @throws io.flowpp.core.flow.DomainException if u is not inside (0,1)
   * @throws RuntimeException as {@link #push}
   */
  @Override
  public NDArray logDensity(NDArray x, NDArray u, int copies, Pass pass) {
    return pass.requireFinite(
        density(x, u, copies, pass),
        () -> List.of(copies > 1 ? x.repeat(0, copies) : x, u),
        (one, again) -> density(one.get(0), one.get(1), 1, again));
  }

  private NDArray density(NDArray x, NDArray u, int copies, Pass pass) {
    Flow.Condition condition = condition(x, copies, pass);
    NDArray eps = flow.inverse(new NDList(u), condition, pass).singletonOrThrow();
    return Pushed.through(flow, condition, eps, pass).logDensity();
  }

  /** The layers from eps to u, the last of which is the sigmoid. */
  public FlowChain flow() {
    return flow;
  }

  /**
   * eps with q_x(eps) = u.
   *
   * @throws RuntimeException as {@link #logDensity}
   */
  public NDArray pull(NDArray x, NDArray u, Pass pass) {
    return pass.requireFinite(
        pulled(x, u, pass),
        () -> List.of(x, u),
        (one, again) -> pulled(one.get(0), one.get(1), again));
  }

  private NDArray pulled(NDArray x, NDArray u, Pass pass) {
    return flow.inverse(new NDList(u), condition(x, 1, pass), pass).singletonOrThrow();
  }

  /** The context network's output on x / 2^bits - .5, [B,H,W/2,F]. */
  public NDArray context(NDArray x, Pass pass) {
    return context.apply(columns(x, pass), pass);
  }

  /** What the context network reads, [B,H,W/2,2C]. */
  private NDArray columns(NDArray x, Pass pass) {
    NDArray half = pass.manager().full(new Shape(), .5f).toType(x.getDataType(), false);
    NDArray scale =
        pass.manager().full(new Shape(), 1f / (1 << bits)).toType(x.getDataType(), false);
    NDList columns = pass.kernels().call("split_columns").with(x.mul(scale).sub(half)).run();
    return columns.get(0).concat(columns.get(1), 3);
  }

  private Flow.Condition condition(NDArray x, int copies, Pass pass) {
    NDArray activated = pass.kernels().call("concat_elu").with(context(x, pass)).single();
    return new Flow.Condition(copies > 1 ? activated.repeat(0, copies) : activated);
  }
}
