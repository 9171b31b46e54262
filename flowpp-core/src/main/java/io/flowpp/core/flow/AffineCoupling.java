package io.flowpp.core.flow;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.nn.Conditioner;
import io.flowpp.core.nn.Parameters;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.spec.CouplingSpec;

/**
 * The affine ablation: passes half a on and transforms half b by b · exp(scale) + shift, scale =
 * tanh(raw); log|det J| = Σ scale (Dinh et al. 2017).
 */
public final class AffineCoupling implements Flow {
  private final Conditioner conditioner;

  public AffineCoupling(
      Parameters owner, String name, CouplingSpec.Affine spec, Shape half, int contextFilters) {
    conditioner =
        new Conditioner(
            owner.in("coupling"),
            name,
            spec.conditioner(),
            half,
            spec.parametersPerChannel(),
            contextFilters);
  }

  @Override
  public Transformed forward(NDList x, Condition condition, Pass pass) {
    NDArray raw = conditioner.apply(x.get(0), condition.activated(), pass);
    NDList y = pass.kernels().call("affine_forward").with(x.get(1)).with(raw).run();
    return new Transformed(new NDList(x.get(0), y.get(0)), y.get(1));
  }

  @Override
  public NDList inverse(NDList y, Condition condition, Pass pass) {
    NDArray raw = conditioner.apply(y.get(0), condition.activated(), pass);
    return new NDList(
        y.get(0), pass.kernels().call("affine_inverse").with(y.get(1)).with(raw).single());
  }
}
