package io.flowpp.core.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.dequantize.Dequantizer;
import io.flowpp.core.dequantize.UniformDequantizer;
import io.flowpp.core.dequantize.VariationalDequantizer;
import io.flowpp.core.flow.Flow;
import io.flowpp.core.flow.FlowChain;
import io.flowpp.core.nn.ContextNetwork;
import io.flowpp.core.nn.Parameter;
import io.flowpp.core.nn.Parameters;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.random.Randomness;
import io.flowpp.core.spec.DequantizerSpec;
import io.flowpp.core.spec.FlowStepSpec;
import io.flowpp.core.spec.ImageShape;
import io.flowpp.core.spec.ModelSpec;
import java.util.List;
import java.util.Objects;

/**
 * A Flow++: the dequantizer q(u|x) and the flow p(x+u), built from a spec. Holds no weights: the
 * same object is walked with any {@link io.flowpp.core.nn.Weights} of its parameters.
 */
public final class FlowPlusPlus {
  /** Names of the dequantizer's parameters begin so. */
  public static final String DEQUANTIZER = "dequantizer/";

  private final ModelSpec spec;
  private final Dequantizer dequantizer;
  private final FlowChain flow;
  private final List<Parameter> parameters;

  private FlowPlusPlus(
      ModelSpec spec, Dequantizer dequantizer, FlowChain flow, List<Parameter> parameters) {
    this.spec = spec;
    this.dequantizer = dequantizer;
    this.flow = flow;
    this.parameters = parameters;
  }

  /**
   * The one-sample bound, in nats, [B] each.
   *
   * @param logJoint log p(x+u)
   * @param logNoise log q(u|x); the bound on log P(x) is logJoint - logNoise
   */
  public record Bound(NDArray logJoint, NDArray logNoise) {
    public NDArray value() {
      return logJoint.sub(logNoise);
    }
  }

  public static FlowPlusPlus build(ModelSpec spec) {
    Parameters parameters = new Parameters();
    Dequantizer dequantizer = new UniformDequantizer();
    if (spec.dequantizer() instanceof DequantizerSpec.Variational v) {
      Parameters room = parameters.in("dequantizer");
      ImageShape s = spec.shape();
      ContextNetwork context =
          new ContextNetwork(
              room.in("context"),
              v.context(),
              new Shape(s.height(), s.width() / 2, s.channels()),
              v.coupling().conditioner().dropout());
      dequantizer =
          new VariationalDequantizer(
              context, FlowFactory.dequantizer(room, spec.shape(), v), spec.bits());
    }
    FlowChain flow =
        FlowFactory.flow(parameters.in("flow"), spec.shape(), spec.bits(), spec.flow());
    return new FlowPlusPlus(spec, dequantizer, flow, parameters.all());
  }

  public ModelSpec spec() {
    return spec;
  }

  public Dequantizer dequantizer() {
    return dequantizer;
  }

  public FlowChain flow() {
    return flow;
  }

  /** All parameters: the dequantizer's first. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /**
   * Bounds log P(x) with {@code copies} draws of u for each image.
   *
   * @param x integers 0..2^bits-1 as floats, [B,H,W,C]
   */
  public Bound bound(NDArray x, Randomness randomness, int copies, Pass pass) {
    return bound(x, dequantizer.draw(x, randomness, copies, pass), copies, pass);
  }

  /**
   * The same for given noise.
   *
   * @param noise {@code copies} draws for each image, those of an image together
   */
  public Bound bound(NDArray x, Dequantizer.Noise noise, int copies, Pass pass) {
    NDArray repeated = copies > 1 ? x.repeat(0, copies) : x;
    return new Bound(logDensity(repeated.add(noise.u()), pass), noise.logDensity());
  }

  /**
   * The one-sample bound, differentiated: adds the gradients of {@code joint · Σ logJoint + noise ·
   * Σ logNoise}, the sums over the batch, by all weights to those of the pass's recording.
   *
   * @param x integers 0..2^bits-1 as floats, [B,H,W,C]
   * @param joint 0 leaves the flow out: no gradient comes from it
   */
  public Bound differentiate(
      NDArray x, Randomness randomness, double joint, double noise, Pass pass) {
    Dequantizer.Drawn drawn = dequantizer.trace(x, randomness, pass);
    NDArray u = drawn.noise().u();
    NDArray v = x.add(u);
    NDArray onNoise = scalar(noise, x, pass);
    if (joint == 0) {
      NDArray logJoint = logDensity(v, pass);
      drawn.pullback().accept(u.zerosLike(), onNoise);
      return new Bound(logJoint, drawn.noise().logDensity());
    }
    Flow.Traced traced = flow.trace(new NDList(v), Flow.Condition.NONE, pass);
    NDArray z = traced.result().value().singletonOrThrow();
    NDArray logNormal = pass.kernels().call("standard_normal").with(z).single();
    NDArray logJoint =
        requireFinite(logNormal.add(Objects.requireNonNull(traced.result().logDet())), v, pass);
    NDArray onJoint = scalar(joint, x, pass);
    // d log N(z; 0, I) / dz = -z
    NDArray dz = z.mul(onJoint.neg());
    NDArray dv = traced.pullback().pull(new NDList(dz), onJoint).d().singletonOrThrow();
    drawn.pullback().accept(dv, onNoise);
    return new Bound(logJoint, drawn.noise().logDensity());
  }

  private static NDArray scalar(double value, NDArray like, Pass pass) {
    return pass.manager().full(new Shape(), (float) value).toType(like.getDataType(), false);
  }

  /**
   * log p(v) in nats, [B], of continuous v in [0, 2^bits]^D.
   *
   * @throws io.flowpp.core.flow.DomainException if v lies where the logit is not defined
   * @throws io.flowpp.core.flow.NotInvertibleException if a layer's matrix is singular
   * @throws io.flowpp.core.nn.NonFiniteException naming the layer at which infinities or NaN arise
   */
  public NDArray logDensity(NDArray v, Pass pass) {
    return requireFinite(density(v, pass), v, pass);
  }

  private NDArray requireFinite(NDArray density, NDArray v, Pass pass) {
    return pass.requireFinite(
        density, () -> List.of(v), (one, plain) -> density(one.get(0), plain));
  }

  private NDArray density(NDArray v, Pass pass) {
    Flow.Transformed t = flow.forward(new NDList(v), Flow.Condition.NONE, pass);
    NDArray logNormal =
        pass.kernels().call("standard_normal").with(t.value().singletonOrThrow()).single();
    return logNormal.add(Objects.requireNonNull(t.logDet()));
  }

  /**
   * The latent z of v: [B,H,W,C] to {@link #latentShape}.
   *
   * @throws RuntimeException as {@link #logDensity}
   */
  public NDArray encode(NDArray v, Pass pass) {
    return pass.requireFinite(
        latent(v, pass), () -> List.of(v), (one, plain) -> latent(one.get(0), plain));
  }

  private NDArray latent(NDArray v, Pass pass) {
    return flow.forward(new NDList(v), Flow.Condition.NONE, pass).value().singletonOrThrow();
  }

  /** Shape of {@code images} latents: every space-to-depth halves the sides. */
  public Shape latentShape(int images) {
    ImageShape s = spec.shape();
    int folds =
        (int) spec.flow().stream().filter(FlowStepSpec.SpaceToDepth.class::isInstance).count();
    return new Shape(
        images, s.height() >> folds, s.width() >> folds, (long) s.channels() << (2 * folds));
  }

  /**
   * v with flow(v) = z: a sample of p where z ~ N(0,I).
   *
   * @throws RuntimeException as {@link #logDensity}
   */
  public NDArray generate(NDArray z, Pass pass) {
    return pass.requireFinite(
        decoded(z, pass), () -> List.of(z), (one, plain) -> decoded(one.get(0), plain));
  }

  private NDArray decoded(NDArray z, Pass pass) {
    return flow.inverse(new NDList(z), Flow.Condition.NONE, pass).singletonOrThrow();
  }
}
