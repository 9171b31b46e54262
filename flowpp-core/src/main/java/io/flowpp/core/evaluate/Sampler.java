package io.flowpp.core.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flowpp.core.device.Workers;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.random.CounterRandom;
import io.flowpp.core.random.Seeds;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Draws images from a flow: z ~ N(0, temperature²·I), v with flow(v) = z, then floor and clip. A
 * sample's noise is a function of the seed and of its place alone.
 */
public final class Sampler {
  /** Neighbouring samples share a seed and take its numbers one after the other. */
  private static final int GROUP = 16;

  /**
   * Groups of small images go through together, up to so many values: calls cost more than work.
   * Those of large images are cut, so that a handful of images keeps every thread busy.
   */
  private static final int BATCH_VALUES = 1 << 13;

  private final FlowPlusPlus model;
  private final Kernels kernels;
  private final Weights weights;
  private final Workers workers;
  private final Precision precision;

  /** Samples in the type of {@code weights}; owns none of what it is given. */
  public Sampler(FlowPlusPlus model, Kernels kernels, Weights weights, Workers workers) {
    this(model, kernels, weights, workers, Precision.FP32);
  }

  private Sampler(
      FlowPlusPlus model, Kernels kernels, Weights weights, Workers workers, Precision precision) {
    this.model = model;
    this.kernels = kernels;
    this.weights = weights;
    this.workers = workers;
    this.precision = precision;
  }

  /** The same with its networks in another precision. */
  public Sampler in(Precision other) {
    return new Sampler(model, kernels, weights, workers, other);
  }

  /**
   * Images and the leak that they show.
   *
   * @param temperature factor on the latent's standard deviation, not negative; 1 is the model
   */
  public Samples draw(int images, long seed, double temperature) {
    ModelSpec spec = model.spec();
    Levels range = new Levels(spec.bits());
    int dimensions = spec.shape().dimensions();
    byte[] levels = new byte[Math.multiplyExact(images, dimensions)];
    LeakEstimate leak =
        run(
            images,
            seed,
            temperature,
            (first, values) -> {
              byte[] part = range.of(values);
              System.arraycopy(part, 0, levels, first * dimensions, part.length);
            });
    return new Samples(spec.shape(), spec.bits(), images, levels, leak);
  }

  /** The leak alone, from as many draws as wanted, which are not kept. */
  public LeakEstimate leak(int samples, long seed, double temperature) {
    return run(samples, seed, temperature, (first, values) -> {});
  }

  /** Takes the values of the samples from {@code first} on, from any thread. */
  private interface Sink {
    void take(int first, double[] values);
  }

  private LeakEstimate run(int images, long seed, double temperature, Sink sink) {
    if (images < 1 || !(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          images + " samples at temperature " + temperature + ": at least one, at 0 or more");
    }
    int batch = batch(model.spec().shape().dimensions());
    List<Callable<Integer>> parts = new ArrayList<>();
    for (int done = 0; done < images; done += batch) {
      int first = done;
      int count = Math.min(batch, images - done);
      parts.add(() -> part(first, count, seed, temperature, sink));
    }
    int outside = workers.run(parts).stream().mapToInt(Integer::intValue).sum();
    return new LeakEstimate(images, outside);
  }

  /** Images that go through together: a function of their size alone, as their rounding is. */
  static int batch(int dimensions) {
    int groups = BATCH_VALUES / (GROUP * dimensions);
    int part = Integer.highestOneBit(Math.max(1, 2 * BATCH_VALUES / dimensions));
    return groups > 0 ? GROUP * groups : Math.min(GROUP, part);
  }

  private int part(int first, int count, long seed, double temperature, Sink sink) {
    int dimensions = model.spec().shape().dimensions();
    try (Gradients off = Gradients.off();
        NDManager scratch = weights.flat().getManager().newSubManager()) {
      Pass pass = new Pass(scratch, kernels, weights, Pass.Mode.EVALUATE, 0).in(precision);
      float[] noise = noise(first, count, seed, (float) temperature);
      DataType type = weights.flat().getDataType();
      NDArray z = scratch.create(noise, model.latentShape(count)).toType(type, false);
      double[] values = model.generate(z, pass).toType(DataType.FLOAT64, false).toDoubleArray();
      sink.take(first, values);
      return new Levels(model.spec().bits()).outside(values, dimensions);
    }
  }

  private float[] noise(int first, int count, long seed, float temperature) {
    int dimensions = model.spec().shape().dimensions();
    float[] noise = new float[count * dimensions];
    for (int i = 0; i < count; i++) {
      int place = (first + i) % GROUP;
      long group = Seeds.derive(seed, "samples", first + i - place);
      CounterRandom.gaussian(group, (long) place * dimensions, noise, i * dimensions, dimensions);
    }
    for (int i = 0; i < noise.length; i++) {
      noise[i] *= temperature;
    }
    return noise;
  }
}
