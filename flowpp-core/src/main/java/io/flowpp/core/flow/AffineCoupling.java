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
  private final String name;
  private final Conditioner conditioner;

  public AffineCoupling(
      Parameters owner, String name, CouplingSpec.Affine spec, Shape half, int contextFilters) {
    this.name = name;
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
  public String label() {
    return name;
  }

  @Override
  public Transformed forward(NDList x, Condition condition, Pass pass) {
    NDArray raw = conditioner.apply(x.get(0), condition.activated(), pass);
    NDArray b = x.get(1);
    NDList y =
        pass.mode() == Pass.Mode.REFERENCE
            ? Parts.of(raw, b.getShape()).forward(b)
            : pass.kernels().call("affine_forward").with(b).with(raw).run();
    return new Transformed(new NDList(x.get(0), y.get(0)), y.get(1));
  }

  @Override
  public Traced trace(NDList x, Condition condition, Pass pass) {
    io.flowpp.core.nn.Traced network = conditioner.trace(x.get(0), condition.activated(), pass);
    NDArray b = x.get(1);
    NDList y = pass.kernels().call("affine_forward").with(b).with(network.value()).run();
    network.rest();
    return new Traced(
        new Transformed(new NDList(x.get(0), y.get(0)), y.get(1)),
        (d, l) -> {
          NDList back =
              pass.kernels()
                  .call("affine_back")
                  .with(d.get(1))
                  .with(l)
                  .with(b)
                  .with(network.value())
                  .run();
          return Couplings.pull(d.get(0), back.get(0), network.pull(back.get(1)));
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
            : pass.kernels().call("affine_inverse").with(b).with(raw).single());
  }

  /** The plain form: what the conditioner's output means, and the equations of both directions. */
  private record Parts(NDArray scale, NDArray shift) {
    static Parts of(NDArray raw, Shape half) {
      NDList parts = raw.reshape(half.addAll(new Shape(2))).split(2, 4);
      return new Parts(parts.get(0).squeeze(4).tanh(), parts.get(1).squeeze(4));
    }

    NDList forward(NDArray b) {
      return new NDList(b.mul(scale.exp()).add(shift), scale.sum(new int[] {1, 2, 3}));
    }

    NDArray inverse(NDArray y) {
      return y.sub(shift).mul(scale.neg().exp());
    }
  }
}
