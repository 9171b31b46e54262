package io.flowpp.core.flow;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import io.flowpp.core.nn.Pass;

/**
 * v in [0, 2^bits] to logit(.05 + .9·v / 2^bits) (Dinh et al. 2017): the squeeze keeps the logit
 * finite at the ends. log|det J| = Σ [-log y - log(1-y)] + D log(.9 / 2^bits).
 */
public record LogitTransform(int bits) implements Flow {
  @Override
  public String label() {
    return "squeeze and logit";
  }

  /**
   * @throws DomainException if a squeezed value is not inside (0,1) and the walk is checked
   */
  @Override
  public Transformed forward(NDList x, Condition condition, Pass pass) {
    if (pass.checked()) {
      requireInside(x.singletonOrThrow());
    }
    NDList y =
        pass.kernels()
            .call("logit")
            .with(x.singletonOrThrow())
            .with(pass.kernels().number(scale()))
            .run();
    return new Transformed(new NDList(y.get(0)), y.get(1));
  }

  @Override
  public Traced trace(NDList x, Condition condition, Pass pass) {
    return WayBack.by(
        "logit_back", forward(x, condition, pass), x, pass, pass.kernels().number(scale()));
  }

  @Override
  public NDList inverse(NDList y, Condition condition, Pass pass) {
    return new NDList(
        pass.kernels()
            .call("logit_inverse")
            .with(y.singletonOrThrow())
            .with(pass.kernels().number(scale()))
            .single());
  }

  private void requireInside(NDArray v) {
    double levels = 1 << bits;
    for (double each : v.toType(DataType.FLOAT64, true).toDoubleArray()) {
      double squeezed = .05 + each * scale();
      if (!(squeezed > 0 && squeezed < 1)) {
        double beyond = levels * .05 / .9;
        String domain = "(" + -beyond + ", " + (levels + beyond) + ") for " + bits + "-bit data";
        throw new DomainException(label(), each, domain);
      }
    }
  }

  private double scale() {
    return .9 / (1 << bits);
  }
}
