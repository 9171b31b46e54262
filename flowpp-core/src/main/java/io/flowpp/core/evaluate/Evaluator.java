package io.flowpp.core.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flowpp.core.data.ImageSource;
import io.flowpp.core.device.ComputeDevice;
import io.flowpp.core.device.Workers;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.random.Randomness;
import io.flowpp.core.random.Seeds;
import io.flowpp.core.spec.ImageShape;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.Precision;
import io.flowpp.core.train.Batches;
import io.flowpp.core.weights.WeightFile;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;

/**
 * A trained model, held for evaluation by a pool of computing threads. Not safe for use by two
 * threads at once; open one each.
 */
public final class Evaluator implements AutoCloseable {
  /** Draws in one batch: larger ones leave the cache, smaller ones starve the threads. */
  private static final int BATCH = 32;

  /** Fewer of large images, up to so many values: a short range keeps every thread busy, too. */
  private static final int BATCH_VALUES = 3 << 13;

  private final FlowPlusPlus model;
  private final NDManager manager;
  private final Workers workers;
  private final Kernels kernels;
  private final Weights weights;
  private final Precision precision;

  private Evaluator(
      FlowPlusPlus model,
      NDManager manager,
      Workers workers,
      Kernels kernels,
      Weights weights,
      Precision precision) {
    this.precision = precision;
    this.model = model;
    this.manager = manager;
    this.workers = workers;
    this.kernels = kernels;
    this.weights = weights;
  }

  /**
   * Holds a model that is in memory; closes all that it is given with itself.
   *
   * @param precision of the networks
   */
  public static Evaluator of(
      FlowPlusPlus model,
      NDManager manager,
      Kernels kernels,
      Weights weights,
      int threads,
      Precision precision) {
    int workers = ComputeDevice.workers(manager, threads);
    return new Evaluator(model, manager, Workers.of(workers), kernels, weights, precision);
  }

  /** Builds {@code model} with the weights of a training's result. */
  public static Evaluator open(ModelSpec model, Path weights, String device, int threads) {
    FlowPlusPlus built = FlowPlusPlus.build(model);
    NDManager manager = ComputeDevice.open(device);
    Kernels kernels = Kernels.load(manager);
    Weights values = Weights.zeros(manager, kernels, built.parameters(), DataType.FLOAT32);
    WeightFile.read(weights, values, model, "", kernels);
    return of(built, manager, kernels, values, threads, Precision.FP32);
  }

  /**
   * Scores images {@code from} (inclusive) to {@code to} (exclusive) by the importance-weighted
   * bound, log 1/N Σ exp(r_i) with r_i = log p(x+u_i) - log q(u_i|x) (Burda et al. 2016). An
   * image's score does not depend on how a range is cut. Stops early, with the images done so far,
   * where {@code cancelled} says so.
   */
  public List<ImageScore> score(
      ImageSource images, int from, int to, int samples, long seed, BooleanSupplier cancelled) {
    if (samples < 1 || from < 0 || to > images.size()) {
      throw new IllegalArgumentException(
          samples + " samples of images " + from + " to " + to + " of " + images.size());
    }
    int block = Math.max(1, batch(images.shape().dimensions()) / samples);
    List<Callable<List<ImageScore>>> blocks = new ArrayList<>();
    // blocks stand at multiples of their size, so that an image has the same neighbours whatever
    // range it is asked in
    for (int start = from - from % block; start < to; start += block) {
      int first = start;
      int end = Math.min(images.size(), start + block);
      blocks.add(
          () -> cancelled.getAsBoolean() ? List.of() : block(images, first, end, samples, seed));
    }
    return workers.run(blocks).stream()
        .flatMap(List::stream)
        .filter(s -> s.index() >= from && s.index() < to)
        .toList();
  }

  /** Draws that go through together where they are of several images. */
  static int batch(int dimensions) {
    return Math.min(BATCH, Integer.highestOneBit(Math.max(1, BATCH_VALUES / dimensions)));
  }

  private List<ImageScore> block(ImageSource images, int start, int end, int samples, long seed) {
    double[][] ratios = ratios(images, start, end, samples, seed);
    List<ImageScore> scores = new ArrayList<>();
    for (int i = start; i < end; i++) {
      scores.add(score(images, i, ImportanceWeightedBound.of(ratios[i - start])));
    }
    return scores;
  }

  private double[][] ratios(ImageSource images, int start, int end, int samples, long seed) {
    double[][] ratios = new double[end - start][samples];
    // a long row of samples goes through in pieces of the batch's size
    for (int done = 0; done < samples; done += BATCH) {
      int copies = Math.min(BATCH, samples - done);
      try (Gradients off = Gradients.off();
          NDManager scratch = manager.newSubManager()) {
        NDArray x = Batches.of(images, Batches.range(start, end), scratch);
        long[] seeds = new long[end - start];
        for (int i = 0; i < seeds.length; i++) {
          seeds[i] = Seeds.derive(Seeds.derive(seed, "importance", done), "image", start + i);
        }
        FlowPlusPlus.Bound bound =
            model.bound(x, Randomness.ofImages(seeds), copies, pass(scratch));
        float[] joint = bound.logJoint().toFloatArray();
        float[] noise = bound.logNoise().toFloatArray();
        for (int i = 0; i < joint.length; i++) {
          ratios[i / copies][done + i % copies] = (double) joint[i] - noise[i];
        }
      }
    }
    return ratios;
  }

  private ImageScore score(ImageSource images, int index, ImportanceWeightedBound bound) {
    double nats = model.spec().shape().dimensions() * Math.log(2);
    return new ImageScore(
        index,
        images.label(index),
        sha256(images, index),
        -bound.nats() / nats,
        -bound.meanOfOne() / nats,
        bound.effectiveSamples());
  }

  private static String sha256(ImageSource images, int index) {
    byte[] pixels = new byte[images.shape().dimensions()];
    images.read(index, pixels, 0);
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(pixels));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The mean one-sample bound over the first {@code count} images, bits per dimension. */
  public double bitsPerDim(ImageSource images, int count, long seed) {
    return score(images, 0, Math.min(count, images.size()), 1, seed, () -> false).stream()
        .mapToDouble(ImageScore::bitsPerDimElbo)
        .average()
        .orElseThrow();
  }

  /** Draws images through the inverse of the flow, as {@link Sampler#draw}. */
  public Samples sample(int images, long seed, double temperature) {
    return new Sampler(model, kernels, weights, workers)
        .in(precision)
        .draw(images, seed, temperature);
  }

  /**
   * The first images as they are, their dequantized x+u (floor is x again), and the round trip
   * through the flow: three rows of {@code count}.
   */
  public SampleGrid reconstructions(ImageSource images, int count, long seed) {
    ImageShape s = model.spec().shape();
    Levels range = new Levels(model.spec().bits());
    int row = count * s.dimensions();
    byte[] levels = new byte[3 * row];
    try (Gradients off = Gradients.off();
        NDManager scratch = manager.newSubManager()) {
      Pass pass = pass(scratch);
      NDArray x = Batches.of(images, Batches.range(0, count), scratch);
      NDArray v = x.add(model.dequantizer().draw(x, Randomness.ofBatch(seed), 1, pass).u());
      NDArray back = model.generate(model.encode(v, pass), pass);
      System.arraycopy(range.of(doubles(x)), 0, levels, 0, row);
      System.arraycopy(range.of(doubles(v)), 0, levels, row, row);
      System.arraycopy(range.of(doubles(back)), 0, levels, 2 * row, row);
    }
    return new SampleGrid(s, 3 * count, range.grey(levels), 0);
  }

  private static double[] doubles(NDArray values) {
    return values.toType(DataType.FLOAT64, false).toDoubleArray();
  }

  private Pass pass(NDManager scratch) {
    return new Pass(scratch, kernels, weights, Pass.Mode.EVALUATE, 0).in(precision);
  }

  @Override
  public void close() {
    workers.close();
    weights.close();
    kernels.close();
    manager.close();
  }
}
