package io.flowpp.core.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.dequantize.Dequantizer;
import io.flowpp.core.dequantize.VariationalDequantizer;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.random.CounterRandom;
import io.flowpp.core.random.Randomness;
import io.flowpp.core.random.Seeds;
import io.flowpp.core.train.Batches;
import java.util.Arrays;

/** P(x) of every image of a model in float64, by quadrature or by importance sampling. */
public final class ProbabilityMass {
  private static final int ROWS = 4096;

  private final Lab lab;
  private final FlowPlusPlus model;
  private final Weights weights;
  private final EveryImage images;

  public ProbabilityMass(Lab lab, FlowPlusPlus model, Weights weights) {
    this.lab = lab;
    this.model = model;
    this.weights = weights;
    images = new EveryImage(model.spec().shape(), model.spec().bits());
  }

  /**
   * A sum over images, or a mean.
   *
   * @param draws of all images together
   * @param effective (Σw)²/Σw² of each image's weights, added up
   */
  public record Estimate(double value, double standardError, long draws, double effective) {}

  /** P(x) = ∫ p(x+u) du over the cell of each image of two values, {@code n} points an axis. */
  public double[] overCells(int n) {
    Quadrature axis = Quadrature.unitInterval(n);
    int points = n * n;
    return integrals(axis, (x, u, pass) -> model.logDensity(x.repeat(0, points).add(u), pass));
  }

  /**
   * P(x) = ∫ N(eps) exp(log p(x+u) - log q(u|x)) deps with u = q_x(eps): the same by way of the
   * dequantizer.
   */
  public double[] overNoise(int n) {
    Quadrature axis = Quadrature.line(n);
    return integrals(
        axis,
        (x, eps, pass) -> {
          Dequantizer.Noise noise = model.dequantizer().push(x, eps, n * n, pass);
          NDArray normal = lab.kernels().call("standard_normal").with(eps).single();
          return model.bound(x, noise, n * n, pass).value().add(normal);
        });
  }

  private interface LogIntegrand {
    NDArray at(NDArray x, NDArray points, Pass pass);
  }

  private double[] integrals(Quadrature axis, LogIntegrand integrand) {
    int n = axis.points().length;
    double[] grid = new double[2 * n * n];
    for (int i = 0; i < n * n; i++) {
      grid[2 * i] = axis.points()[i / n];
      grid[2 * i + 1] = axis.points()[i % n];
    }
    double[] integrals = new double[images.size()];
    for (int image = 0; image < integrals.length; image++) {
      try (Gradients off = Gradients.off();
          NDManager scratch = lab.manager().newSubManager()) {
        NDArray points = scratch.create(grid, new Shape(grid.length / 2, 1, 2, 1));
        double[] logs =
            integrand.at(rows(new int[] {image}, scratch), points, pass(scratch)).toDoubleArray();
        for (int i = 0; i < logs.length; i++) {
          integrals[image] += axis.weights()[i / n] * axis.weights()[i % n] * Math.exp(logs[i]);
        }
      }
    }
    return integrals;
  }

  /**
   * Σ_x P(x) from about {@code budget} draws, shared among the images by their spread in a pilot of
   * a tenth, which is then dropped.
   */
  public Estimate sum(int budget, long seed) {
    int each = Math.max(32, budget / 10 / images.size());
    int[] counts = new int[images.size()];
    Arrays.fill(counts, each);
    double[] spread =
        Arrays.stream(moments(counts, Seeds.derive(seed, "pilot", 0)))
            .mapToDouble(m -> Math.sqrt(m.variance()))
            .toArray();
    double whole = Arrays.stream(spread).sum();
    for (int i = 0; i < counts.length; i++) {
      counts[i] = each + (int) (budget * spread[i] / whole);
    }
    Moments[] moments = moments(counts, Seeds.derive(seed, "main", 0));
    double value = Arrays.stream(moments).mapToDouble(Moments::mean).sum();
    double variance = Arrays.stream(moments).mapToDouble(m -> m.variance() / m.n()).sum();
    double effective = Arrays.stream(moments).mapToDouble(Moments::effective).sum();
    long draws = Arrays.stream(moments).mapToLong(Moments::n).sum();
    return new Estimate(value, Math.sqrt(variance), draws, effective);
  }

  /** E over u ~ U[0,1)^D of q(u|x), which is 1 for every image. */
  public Estimate noiseMass(int image, int draws, long seed) {
    double[] densities = new double[draws];
    for (int from = 0; from < draws; from += ROWS) {
      int n = Math.min(ROWS, draws - from);
      try (Gradients off = Gradients.off();
          NDManager scratch = lab.manager().newSubManager()) {
        NDArray x = rows(new int[] {image}, scratch);
        float[] values = new float[n * model.spec().shape().dimensions()];
        CounterRandom.uniform(Seeds.derive(seed, "uniform", from), values);
        NDArray u = scratch.create(values, shape(n)).toType(DataType.FLOAT64, true);
        double[] logs = model.dequantizer().logDensity(x, u, n, pass(scratch)).toDoubleArray();
        for (int i = 0; i < n; i++) {
          densities[from + i] = Math.exp(logs[i]);
        }
      }
    }
    Moments m = Moments.of(densities);
    return new Estimate(m.mean(), Math.sqrt(m.variance() / m.n()), m.n(), m.effective());
  }

  private record Moments(int n, double mean, double variance, double effective) {
    static Moments of(double[] values) {
      int n = values.length;
      double sum = 0;
      double squares = 0;
      for (double v : values) {
        sum += v;
        squares += v * v;
      }
      double mean = sum / n;
      return new Moments(
          n, mean, Math.max(0, squares / n - mean * mean) * n / (n - 1), sum * sum / squares);
    }
  }

  private Moments[] moments(int[] counts, long seed) {
    double[][] values = new double[counts.length][];
    int[] image = new int[Arrays.stream(counts).sum()];
    int at = 0;
    for (int i = 0; i < counts.length; i++) {
      values[i] = new double[counts[i]];
      Arrays.fill(image, at, at + counts[i], i);
      at += counts[i];
    }
    int[] filled = new int[counts.length];
    for (int from = 0; from < image.length; from += ROWS) {
      int[] part = Arrays.copyOfRange(image, from, Math.min(image.length, from + ROWS));
      double[] logs = logWeights(part, Seeds.derive(seed, "rows", from));
      for (int i = 0; i < part.length; i++) {
        values[part[i]][filled[part[i]]++] = Math.exp(logs[i]);
      }
    }
    return Arrays.stream(values).map(Moments::of).toArray(Moments[]::new);
  }

  /**
   * Logs of weights whose mean is P(x). Through a variational dequantizer a quarter of the noise is
   * eps ~ N(0,4I), the rest u ~ U[0,1)^D, and every weight is by the density of both together: q's
   * tails are lighter than p's, so that draws of q alone could have weights of infinite variance,
   * while these stay below 4/3 p(x+u), which the squeeze bounds.
   */
  private double[] logWeights(int[] image, long seed) {
    try (Gradients off = Gradients.off();
        NDManager scratch = lab.manager().newSubManager()) {
      Pass pass = pass(scratch);
      NDArray x = rows(image, scratch);
      if (!(model.dequantizer() instanceof VariationalDequantizer q)) {
        return model.bound(x, Randomness.ofBatch(seed), 1, pass).value().toDoubleArray();
      }
      NDArray eps = mixedNoise(x, q, seed, pass);
      Dequantizer.Noise noise = q.push(x, eps, 1, pass);
      double[] logs = model.bound(x, noise, 1, pass).value().toDoubleArray();
      double[] density = noise.logDensity().toDoubleArray();
      double[] e = eps.toDoubleArray();
      int d = e.length / logs.length;
      for (int row = 0; row < logs.length; row++) {
        double squares = 0;
        for (int i = row * d; i < (row + 1) * d; i++) {
          squares += e[i] * e[i];
        }
        // of eps, over N(eps; 0, I): N(eps; 0, 4I), and what is uniform in u
        double wide = Math.exp(.375 * squares - d * Math.log(2));
        logs[row] -= Math.log(.25 * wide + .75 * Math.exp(-density[row]));
      }
      return logs;
    }
  }

  /** Every fourth row N(0,4I), the others what gives uniform u. */
  private NDArray mixedNoise(NDArray x, VariationalDequantizer q, long seed, Pass pass) {
    int n = Math.toIntExact(x.size());
    int d = model.spec().shape().dimensions();
    float[] gaussian = new float[n];
    float[] uniform = new float[n];
    CounterRandom.gaussian(seed, gaussian);
    CounterRandom.uniform(seed, uniform);
    NDArray u = pass.manager().create(uniform, x.getShape()).toType(DataType.FLOAT64, true);
    double[] mixed = q.pull(x, u, pass).toDoubleArray();
    for (int i = 0; i < n; i++) {
      mixed[i] = i / d % 4 == 0 ? 2. * gaussian[i] : mixed[i];
    }
    return pass.manager().create(mixed, x.getShape());
  }

  private NDArray rows(int[] image, NDManager scratch) {
    return Batches.of(images, image, scratch).toType(DataType.FLOAT64, true);
  }

  private Shape shape(int rows) {
    var s = model.spec().shape();
    return new Shape(rows, s.height(), s.width(), s.channels());
  }

  private Pass pass(NDManager scratch) {
    return new Pass(scratch, lab.kernels(), weights, Pass.Mode.EVALUATE, 0);
  }
}
