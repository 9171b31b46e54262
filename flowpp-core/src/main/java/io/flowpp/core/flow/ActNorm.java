package io.flowpp.core.flow;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.kernel.ScaleAndShift;
import io.flowpp.core.nn.Parameter;
import io.flowpp.core.nn.Parameters;
import io.flowpp.core.nn.Pass;
import java.util.List;

/**
 * Scales and shifts every pixel and channel of both halves: {@code y = x * max(gain, 1e-10) +
 * bias}, after Kingma and Dhariwal (2018), per pixel as the Flow++ authors' Norm.
 *
 * <p>Shapes: halves [B,H,W,C], gain and bias [H,W,C] each. log|det J| = Σ log gain over both
 * halves. Initialised to zero mean and unit variance over the batch.
 */
public final class ActNorm implements Flow {
  private static final double EPSILON = 1e-8;

  private final String name;
  private final List<Parameter> parameters;

  public ActNorm(Parameters owner, Shape half) {
    Parameters room = owner.in("norm");
    name = room.path();
    long[] dims = half.getShape();
    parameters =
        List.of(
            room.add("a/gain", Parameter.Start.ONE, dims),
            room.add("a/bias", Parameter.Start.ZERO, dims),
            room.add("b/gain", Parameter.Start.ONE, dims),
            room.add("b/bias", Parameter.Start.ZERO, dims));
  }

  @Override
  public String label() {
    return name;
  }

  @Override
  public Transformed forward(NDList x, Condition condition, Pass pass) {
    if (pass.mode() == Pass.Mode.INITIALISE) {
      initialise(x.get(0), parameters.get(0), parameters.get(1), pass);
      initialise(x.get(1), parameters.get(2), parameters.get(3), pass);
    }
    NDList y = ScaleAndShift.forward(x, pass.weights().get(parameters), pass.kernels());
    return new Transformed(new NDList(y.get(0), y.get(1)), y.get(2));
  }

  @Override
  public Traced trace(NDList x, Condition condition, Pass pass) {
    return WayBack.by(ScaleAndShift::back, forward(x, condition, pass), x, parameters, pass);
  }

  @Override
  public NDList inverse(NDList y, Condition condition, Pass pass) {
    return pass.kernels()
        .call("act_norm_inverse")
        .with(y.get(0))
        .with(y.get(1))
        .with(pass.weights().get(parameters))
        .run();
  }

  private static void initialise(NDArray x, Parameter gain, Parameter bias, Pass pass) {
    NDArray mean = x.mean(new int[] {0});
    NDArray centred = x.sub(mean);
    NDArray scale = centred.mul(centred).mean(new int[] {0}).add(EPSILON).sqrt().pow(-1);
    pass.weights().assign(gain, scale, pass.kernels());
    pass.weights().assign(bias, mean.mul(scale).neg(), pass.kernels());
  }
}
