package io.flowpp.core.flow;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.distribution.LogisticMixture;
import io.flowpp.core.kernel.MixtureTransform;
import io.flowpp.core.nn.Conditioner;
import io.flowpp.core.nn.Parameters;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.spec.Arithmetic;
import io.flowpp.core.spec.CouplingSpec;

/**
 * Passes half a on and transforms half b elementwise by logit(MixLogCDF(b; π, μ, s)) · exp(scale) +
 * shift, with parameters computed from a (Flow++ eq. 12 to 15).
 *
 * <p>log|det J| = Σ [log pdf(b) - log F - log(1-F) + scale], scale = tanh(raw), log-scales of the
 * components floored at -7. Its inverse is Newton's method on the logit of the CDF inside an exact
 * bracket, in float64; in a reference pass, bisection.
 */
public final class MixtureCoupling implements Flow {
  /** The floor under log-scales of components, the authors'. */
  public static final float MIN_LOG_SCALE = -7;

  private final String name;
  private final Conditioner conditioner;
  private final Arithmetic arithmetic;

  public MixtureCoupling(
      Parameters owner,
      String name,
      CouplingSpec.MixtureOfLogistics spec,
      Shape half,
      int contextFilters) {
    this.name = name;
    conditioner =
        new Conditioner(
            owner.in("coupling"),
            name,
            spec.conditioner(),
            half,
            spec.parametersPerChannel(),
            contextFilters);
    arithmetic = spec.arithmetic();
  }

  @Override
  public String label() {
    return name;
  }

  @Override
  public Transformed forward(NDList x, Condition condition, Pass pass) {
    NDArray raw = wide(conditioner.apply(x.get(0), condition.activated(), pass));
    DataType type = x.get(1).getDataType();
    NDArray b = wide(x.get(1));
    NDList y =
        pass.mode() == Pass.Mode.REFERENCE
            ? Parts.of(raw, b.getShape()).forward(b)
            : MixtureTransform.forward(b, raw, pass.kernels());
    return new Transformed(
        new NDList(x.get(0), y.get(0).toType(type, false)), y.get(1).toType(type, false));
  }

  @Override
  public Traced trace(NDList x, Condition condition, Pass pass) {
    io.flowpp.core.nn.Traced network = conditioner.trace(x.get(0), condition.activated(), pass);
    DataType type = x.get(1).getDataType();
    NDArray b = wide(x.get(1));
    NDArray raw = wide(network.value());
    NDList y = MixtureTransform.forward(b, raw, pass.kernels());
    if (raw != network.value()) {
      raw.close(); // made wider for the call
    }
    network.rest();
    Transformed result =
        new Transformed(
            new NDList(x.get(0), y.get(0).toType(type, false)), y.get(1).toType(type, false));
    return new Traced(
        result,
        (d, l) -> {
          NDList back =
              MixtureTransform.back(
                  wide(d.get(1)), wide(l), b, wide(network.value()), pass.kernels());
          return Couplings.pull(
              d.get(0),
              back.get(0).toType(type, false),
              network.pull(back.get(1).toType(type, false)));
        });
  }

  @Override
  public NDList inverse(NDList y, Condition condition, Pass pass) {
    NDArray raw = conditioner.apply(y.get(0), condition.activated(), pass);
    NDArray b = y.get(1);
    return new NDList(
        y.get(0),
        pass.mode() == Pass.Mode.REFERENCE
            ? Parts.of(raw, b.getShape()).inverse(b)
            : newton(raw, b, pass).get(0));
  }

  /**
   * How often {@link #inverse} computes F for each element of half b: 0 where one component or
   * equal ones leave nothing to search for. [B,H,W,C], float64.
   */
  public NDArray iterations(NDList y, Condition condition, Pass pass) {
    return newton(conditioner.apply(y.get(0), condition.activated(), pass), y.get(1), pass).get(1);
  }

  /**
   * Computes in float64 inside, whatever the type of y: no digit is lost but by the last rounding.
   */
  private static NDList newton(NDArray raw, NDArray y, Pass pass) {
    return pass.kernels().call("mixture_inverse").with(y).with(raw).run();
  }

  /** In the type that the transform is to be computed in. */
  private NDArray wide(NDArray array) {
    return arithmetic == Arithmetic.FLOAT64 ? array.toType(DataType.FLOAT64, false) : array;
  }

  /** The plain form: what the conditioner's output means, and the equations of both directions. */
  private record Parts(NDArray scale, NDArray shift, LogisticMixture mixture) {
    static Parts of(NDArray raw, Shape half) {
      Shape each = half.addAll(new Shape(raw.size() / half.size()));
      long k = (each.get(4) - 2) / 3;
      NDList parts = raw.reshape(each).split(new long[] {1, 2, 2 + k, 2 + 2 * k}, 4);
      NDArray logScales = parts.get(4);
      NDArray floor = raw.getManager().full(logScales.getShape(), MIN_LOG_SCALE, raw.getDataType());
      return new Parts(
          parts.get(0).squeeze(4).tanh(),
          parts.get(1).squeeze(4),
          new LogisticMixture(parts.get(2).logSoftmax(4), parts.get(3), logScales.maximum(floor)));
    }

    NDList forward(NDArray b) {
      return new NDList(
          mixture.logit(b).mul(scale.exp()).add(shift),
          mixture.logSlope(b).add(scale).sum(new int[] {1, 2, 3}));
    }

    NDArray inverse(NDArray y) {
      return mixture.inverseLogit(y.sub(shift).mul(scale.neg().exp()));
    }
  }
}
