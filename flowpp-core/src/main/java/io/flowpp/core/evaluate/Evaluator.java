package io.flowpp.core.evaluate;

import io.flowpp.core.data.ImageSource;
import io.flowpp.core.spec.ModelSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A trained model, held for evaluation. Not safe for use by two threads at once; open one each. */
public final class Evaluator implements AutoCloseable {
  private Evaluator() {}

  /** Builds {@code model} with the weights of a training's result. */
  public static Evaluator open(ModelSpec model, Path weights, String device, int threads) {
    throw new IllegalStateException("in work");
  }

  /**
   * Scores images {@code from} (inclusive) to {@code to} (exclusive); the result does not depend on
   * how a range is cut.
   */
  public List<ImageScore> score(
      ImageSource images, int from, int to, int samples, long seed, BooleanSupplier cancelled) {
    throw new IllegalStateException("in work");
  }

  /** The mean one-sample bound over the first {@code count} images, bits per dimension. */
  public double bitsPerDim(ImageSource images, int count, long seed) {
    throw new IllegalStateException("in work");
  }

  /** Draws images through the inverse of the flow: z ~ N(0, temperature²·I), floor, clip. */
  public SampleGrid sample(int images, long seed, double temperature) {
    throw new IllegalStateException("in work");
  }

  /**
   * The first images as they are, their dequantized x+u (floor is x again), and the round trip
   * through the flow: three rows of {@code count}.
   */
  public SampleGrid reconstructions(ImageSource images, int count, long seed) {
    throw new IllegalStateException("in work");
  }

  @Override
  public void close() {
    throw new IllegalStateException("in work");
  }
}
