package io.flowpp.core.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.device.ComputeDevice;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.nn.Parameter;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.random.CounterRandom;
import io.flowpp.core.random.Seeds;
import java.util.List;

/** What a numerical test needs: the kernels, tensors of noise, and weights far from their start. */
public final class Lab implements AutoCloseable {
  private final NDManager manager = ComputeDevice.open("cpu");
  private final Kernels kernels = Kernels.load(manager);

  public NDManager manager() {
    return manager;
  }

  public Kernels kernels() {
    return kernels;
  }

  public Pass pass(Weights weights, Pass.Mode mode) {
    return new Pass(manager, kernels, weights, mode, 1);
  }

  /** N(0, scale²), owned by libtorch. */
  public NDArray gaussian(DataType type, long seed, double scale, long... dims) {
    Shape shape = new Shape(dims);
    float[] values = new float[Math.toIntExact(shape.size())];
    CounterRandom.gaussian(seed, values);
    for (int i = 0; i < values.length; i++) {
      values[i] *= (float) scale;
    }
    return manager.create(values, shape).toType(type, true);
  }

  /** Integers 0..2^bits-1. */
  public NDArray images(DataType type, long seed, int bits, long... dims) {
    Shape shape = new Shape(dims);
    float[] values = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = CounterRandom.below(seed, i, 1 << bits);
    }
    return manager.create(values, shape).toType(type, true);
  }

  /** The start that the parameters ask for. */
  public Weights start(List<Parameter> parameters, DataType type, long seed) {
    return Weights.random(manager, kernels, parameters, type, seed);
  }

  /**
   * Weights like a trained model's: gains around 1, biases, matrices and positions that matter, so
   * that no layer is near the identity.
   */
  public Weights lively(List<Parameter> parameters, DataType type, long seed) {
    return lively(parameters, type, seed, 1);
  }

  /** As above, with the distance from the start as a factor. */
  public Weights lively(List<Parameter> parameters, DataType type, long seed, float distance) {
    Weights weights = Weights.zeros(manager, kernels, parameters, type);
    for (Parameter p : parameters) {
      float[] noise = new float[Math.toIntExact(p.shape().size())];
      CounterRandom.gaussian(Seeds.derive(seed, p.name(), 0), noise);
      for (int i = 0; i < noise.length; i++) {
        noise[i] = lively(p, i, distance * noise[i]);
      }
      weights.assign(p, manager.create(noise, p.shape()).toType(type, true), kernels);
    }
    return weights;
  }

  private static float lively(Parameter p, int index, float noise) {
    return switch (p.start()) {
      case ONE -> (float) Math.exp(.3 * noise);
      case ZERO, NORMAL_01 -> .3f * noise;
      case NORMAL_05 -> .25f * noise;
      case NEAR_IDENTITY -> {
        long n = p.shape().get(0);
        yield (index / n == index % n ? 1f : 0f) + .3f * noise;
      }
    };
  }

  @Override
  public void close() {
    kernels.close();
    manager.close();
  }
}
