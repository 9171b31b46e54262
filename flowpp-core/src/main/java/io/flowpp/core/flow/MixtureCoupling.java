package io.flowpp.core.flow;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
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
 * bracket.
 */
public final class MixtureCoupling implements Flow {
  private final Conditioner conditioner;
  private final Arithmetic arithmetic;

  public MixtureCoupling(
      Parameters owner,
      String name,
      CouplingSpec.MixtureOfLogistics spec,
      Shape half,
      int contextFilters) {
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
  public Transformed forward(NDList x, Condition condition, Pass pass) {
    NDArray raw = conditioner.apply(x.get(0), condition.activated(), pass);
    NDArray b = x.get(1);
    NDList y = pass.kernels().call("mixture_forward").with(wide(b)).with(wide(raw)).run();
    DataType type = b.getDataType();
    return new Transformed(
        new NDList(x.get(0), y.get(0).toType(type, false)), y.get(1).toType(type, false));
  }

  @Override
  public NDList inverse(NDList y, Condition condition, Pass pass) {
    NDArray raw = conditioner.apply(y.get(0), condition.activated(), pass);
    NDArray b = y.get(1);
    NDArray x = pass.kernels().call("mixture_inverse").with(wide(b)).with(wide(raw)).run().get(0);
    return new NDList(y.get(0), x.toType(b.getDataType(), false));
  }

  /** In the type that the transform is to be computed in. */
  private NDArray wide(NDArray array) {
    return arithmetic == Arithmetic.FLOAT64 ? array.toType(DataType.FLOAT64, false) : array;
  }
}
