package io.flowpp.core.flow;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import io.flowpp.core.kernel.ChannelMap;
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
  private final String name;
  private final List<Parameter> parameters;

  public InvertibleLinear(Parameters owner, long channels) {
    Parameters room = owner.in("linear");
    name = room.path();
    parameters =
        List.of(
            room.add("a", Parameter.Start.NEAR_IDENTITY, channels, channels),
            room.add("b", Parameter.Start.NEAR_IDENTITY, channels, channels));
  }

  @Override
  public String label() {
    return name;
  }

  /**
   * @throws NotInvertibleException if log|det J| is minus infinity and the walk is checked
   */
  @Override
  public Transformed forward(NDList x, Condition condition, Pass pass) {
    NDList y = ChannelMap.forward(x, pass.weights().get(parameters), pass.kernels());
    if (pass.checked() && isMinusInfinity(y.get(2))) {
      throw new NotInvertibleException(name);
    }
    return new Transformed(new NDList(y.get(0), y.get(1)), y.get(2));
  }

  private static boolean isMinusInfinity(NDArray logDet) {
    return logDet.toType(DataType.FLOAT64, true).toDoubleArray()[0] == Double.NEGATIVE_INFINITY;
  }

  @Override
  public Traced trace(NDList x, Condition condition, Pass pass) {
    return WayBack.by(ChannelMap::back, forward(x, condition, pass), x, parameters, pass);
  }

  /**
   * @throws NotInvertibleException if a matrix is singular
   */
  @Override
  public NDList inverse(NDList y, Condition condition, Pass pass) {
    try {
      return pass.kernels()
          .call("invertible_linear_inverse")
          .with(y.get(0))
          .with(y.get(1))
          .with(pass.weights().get(parameters))
          .run();
    } catch (EngineException e) {
      if (String.valueOf(e.getMessage()).contains("singular")) {
        throw new NotInvertibleException(name);
      }
      throw e;
    }
  }
}
