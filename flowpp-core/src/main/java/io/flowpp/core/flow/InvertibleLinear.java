package io.flowpp.core.flow;

import ai.djl.ndarray.NDList;
import io.flowpp.core.nn.Parameter;
import io.flowpp.core.nn.Parameters;
import io.flowpp.core.nn.Pass;
import java.util.List;

/**
 * The same invertible C×C map at every pixel, one for each half: {@code y = x W} (the authors'
 * Pointwise; Kingma and Dhariwal 2018). log|det J| = H·W·(log|det Wa| + log|det Wb|), taken in
 * float64 whatever the type of x.
 */
public final class InvertibleLinear implements Flow {
  private final List<Parameter> parameters;

  public InvertibleLinear(Parameters owner, long channels) {
    Parameters room = owner.in("linear");
    parameters =
        List.of(
            room.add("a", Parameter.Start.NEAR_IDENTITY, channels, channels),
            room.add("b", Parameter.Start.NEAR_IDENTITY, channels, channels));
  }

  @Override
  public Transformed forward(NDList x, Condition condition, Pass pass) {
    NDList y =
        pass.kernels()
            .call("invertible_linear")
            .with(x.get(0))
            .with(x.get(1))
            .with(pass.weights().get(parameters))
            .run();
    return new Transformed(new NDList(y.get(0), y.get(1)), y.get(2));
  }

  @Override
  public NDList inverse(NDList y, Condition condition, Pass pass) {
    return pass.kernels()
        .call("invertible_linear_inverse")
        .with(y.get(0))
        .with(y.get(1))
        .with(pass.weights().get(parameters))
        .run();
  }
}
