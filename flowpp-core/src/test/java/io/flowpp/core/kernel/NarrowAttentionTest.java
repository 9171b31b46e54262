package io.flowpp.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Attention in bfloat16 against sums in float64 over the same rounded values. Positions are the
 * last axis: p [B,3F,T], the result and its gradient's twin [B,F,T] and [B,T,F].
 */
class NarrowAttentionTest {
  private final NDManager manager = NDManager.newBaseManager();
  private final Kernels kernels = Kernels.load(manager);

  @AfterEach
  void close() {
    kernels.close();
    manager.close();
  }

  /** One head's attention and its gradient, position by position. */
  private static final class Exact {
    private final int positions;
    private final int channels;
    private final double[][] weights;
    private final double[][] result;
    private final double[][] gradient; // of q, k, v: [3 channels][positions]

    /**
     * @param p q, k and v, [3 channels][positions]
     * @param upstream [positions][channels]
     */
    Exact(double[][] p, double[][] upstream) {
      channels = p.length / 3;
      positions = p[0].length;
      weights = new double[positions][positions];
      result = new double[channels][positions];
      gradient = new double[3 * channels][positions];
      for (int i = 0; i < positions; i++) {
        double[] scores = new double[positions];
        for (int j = 0; j < positions; j++) {
          for (int c = 0; c < channels; c++) {
            scores[j] += p[c][i] * p[channels + c][j] / Math.sqrt(channels);
          }
        }
        double top = Arrays.stream(scores).max().orElseThrow();
        double sum = Arrays.stream(scores).map(s -> Math.exp(s - top)).sum();
        for (int j = 0; j < positions; j++) {
          weights[i][j] = Math.exp(scores[j] - top) / sum;
          for (int c = 0; c < channels; c++) {
            result[c][i] += weights[i][j] * p[2 * channels + c][j];
          }
        }
      }
      pull(p, upstream);
    }

    private void pull(double[][] p, double[][] upstream) {
      for (int i = 0; i < positions; i++) {
        double[] d = new double[positions];
        double mean = 0;
        for (int j = 0; j < positions; j++) {
          for (int c = 0; c < channels; c++) {
            d[j] += upstream[i][c] * p[2 * channels + c][j];
            gradient[2 * channels + c][j] += weights[i][j] * upstream[i][c];
          }
          mean += weights[i][j] * d[j];
        }
        for (int j = 0; j < positions; j++) {
          double slope = weights[i][j] * (d[j] - mean) / Math.sqrt(channels);
          for (int c = 0; c < channels; c++) {
            gradient[c][i] += slope * p[channels + c][j];
            gradient[channels + c][j] += slope * p[c][i];
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"512, 4, 24", "128, 4, 24", "98, 4, 8", "12, 1, 5", "1, 2, 3"})
  void resultAndGradientAreThoseOfTheEquations(int positions, int heads, int channels) {
    int filters = heads * channels;
    NDArray p = narrow(normal(5, 2, 3L * filters, positions));
    NDArray upstream = normal(6, 2, positions, filters);
    NDArray code = code(heads);
    NDList kept = kernels.call("mix_keep").with(p).with(code).run();
    NDArray gradient =
        kernels
            .call("mix_back")
            .with(upstream)
            .with(p)
            .with(kept.get(0))
            .with(kept.get(1))
            .with(code)
            .single();
    float[] given = floats(p);
    float[] above = upstream.toFloatArray();
    Distance result = new Distance();
    Distance[] slopes = {new Distance(), new Distance(), new Distance()};
    float[] a = floats(kept.get(0));
    float[] dp = floats(gradient);
    for (int image = 0; image < 2; image++) {
      for (int head = 0; head < heads; head++) {
        double[][] own = new double[3 * channels][positions];
        double[][] up = new double[positions][channels];
        for (int c = 0; c < channels; c++) {
          for (int t = 0; t < positions; t++) {
            for (int part = 0; part < 3; part++) {
              own[part * channels + c][t] =
                  given[((image * 3 + part) * filters + head * channels + c) * positions + t];
            }
            up[t][c] = above[(image * positions + t) * filters + head * channels + c];
          }
        }
        Exact exact = new Exact(own, up);
        for (int c = 0; c < channels; c++) {
          for (int t = 0; t < positions; t++) {
            int at = (image * filters + head * channels + c) * positions + t;
            result.add(a[at], exact.result[c][t]);
            for (int part = 0; part < 3; part++) {
              int from = ((image * 3 + part) * filters + head * channels + c) * positions + t;
              slopes[part].add(dp[from], exact.gradient[part * channels + c][t]);
            }
          }
        }
      }
    }
    // values have 8 binary digits, scores of some units are rounded to them too
    assertThat(result.relative()).isLessThan(.012);
    for (Distance slope : slopes) {
      assertThat(slope.relative()).isLessThan(.015);
    }
  }

  /**
   * What is subtracted from every pair's slope is far larger than what is left where values have
   * much in common, so that its own rounding would come out at the queries.
   */
  @Test
  void whatAllValuesShareDoesNotBlurTheSlopes() {
    int channels = 24;
    int positions =
        64; // a power of two: with queries of 0 nothing is rounded before the difference
    double[][] own = new double[3 * channels][positions];
    double[][] up = new double[positions][channels];
    float[] p = new float[3 * channels * positions];
    float[] upstream = new float[positions * channels];
    Random random = new Random(10);
    for (int c = 0; c < channels; c++) {
      for (int t = 0; t < positions; t++) {
        own[channels + c][t] = 4 + random.nextInt(8) / 8.;
        own[2 * channels + c][t] = 4 + (t % 2 == 0 ? 1 : -1) * (c + 1) / 32.;
        up[t][c] = 1 + random.nextInt(128) / 128.;
        upstream[t * channels + c] = (float) up[t][c];
        for (int part = 1; part < 3; part++) {
          int row = part * channels + c;
          p[row * positions + t] = (float) own[row][t];
        }
      }
    }
    NDArray narrow = narrow(manager.create(p, new Shape(1, 3L * channels, positions)));
    NDArray above = manager.create(upstream, new Shape(1, positions, channels));
    NDList kept = kernels.call("mix_keep").with(narrow).with(code(1)).run();
    NDArray gradient =
        kernels
            .call("mix_back")
            .with(above)
            .with(narrow)
            .with(kept.get(0))
            .with(kept.get(1))
            .with(code(1))
            .single();
    float[] dp = floats(gradient);
    Exact exact = new Exact(own, up);
    Distance queries = new Distance();
    for (int c = 0; c < channels; c++) {
      for (int t = 0; t < positions; t++) {
        queries.add(dp[c * positions + t], exact.gradient[c][t]);
      }
    }
    assertThat(queries.relative()).isLessThan(.05);
  }

  @Test
  void withoutAWayBackTheResultIsTheSame() {
    NDArray p = narrow(normal(7, 3, 3 * 24, 40));
    NDArray kept = kernels.call("mix_keep").with(p).with(code(3)).run().get(0);
    NDArray alone = kernels.call("mix").with(p).with(code(3)).single();
    assertThat(floats(alone)).isEqualTo(floats(kept));
  }

  @Test
  void anImageDoesNotDependOnItsNeighbours() {
    NDArray tame = normal(7, 3, 3 * 24, 40);
    // one whose scores are far beyond the range of exponentials
    NDArray wild = normal(8, 1, 3 * 24, 40).mul(300);
    float[] together =
        floats(kernels.call("mix").with(narrow(tame.concat(wild))).with(code(3)).single());
    float[] alone = floats(kernels.call("mix").with(narrow(tame)).with(code(3)).single());
    assertThat(Arrays.copyOf(together, alone.length)).isEqualTo(alone);
    for (float value : together) {
      assertThat(value).isFinite();
    }
  }

  @Test
  void aScoreFarAboveAllOthersTakesItsValueAlone() {
    // every query is (1000, 0); key 2 is (10, 0), the others (-10, 0): scores of 7000 and -7000
    float[] p = new float[6 * 4];
    for (int t = 0; t < 4; t++) {
      p[t] = 1000;
      p[2 * 4 + t] = t == 2 ? 10 : -10;
      p[4 * 4 + t] = t;
      p[5 * 4 + t] = -t;
    }
    NDArray a = attend(p, 6, 4);
    assertThat(floats(a)).containsExactly(2, 2, 2, 2, -2, -2, -2, -2);
  }

  @Test
  void equalScoresFarBelowNoughtAverage() {
    float[] p = new float[3 * 4];
    for (int t = 0; t < 4; t++) {
      p[t] = 1000;
      p[4 + t] = -10;
      p[8 + t] = t;
    }
    assertThat(floats(attend(p, 3, 4))).containsOnly(1.5f);
  }

  @Test
  void aQueryOfOrdinaryScoresDoesNotDependOnAnotherOfWildOnes() {
    float[] tame = floats(narrow(normal(9, 1, 3 * 2, 8)));
    float[] wild = tame.clone();
    wild[3] = 5000; // a channel of the query at position 3
    float[] a = floats(attend(tame, 6, 8));
    float[] b = floats(attend(wild, 6, 8));
    for (int i = 0; i < a.length; i++) {
      if (i % 8 == 3) {
        assertThat(b[i]).isFinite();
      } else {
        assertThat(b[i]).isEqualTo(a[i]);
      }
    }
  }

  @Test
  void whatIsNoNumberStaysNone() {
    float[] p = floats(narrow(normal(9, 1, 3 * 2, 8)));
    p[3] = Float.NaN;
    float[] a = floats(attend(p, 6, 8));
    for (float value : a) {
      assertThat(value).isNaN(); // its key is every query's
    }
  }

  private NDArray attend(float[] p, int rows, int positions) {
    NDArray narrow = narrow(manager.create(p, new Shape(1, rows, positions)));
    return kernels.call("mix").with(narrow).with(code(1)).single();
  }

  private NDArray code(int heads) {
    return kernels.numbers(1., 1., 1., (double) heads);
  }

  private NDArray normal(long seed, long... shape) {
    Random random = new Random(seed);
    float[] values = new float[Math.toIntExact(new Shape(shape).size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return manager.create(values, new Shape(shape));
  }

  /** x [B,R,T] in bfloat16, by a map that changes nothing: DJL cannot convert to it. */
  private NDArray narrow(NDArray x) {
    Shape s = x.getShape();
    NDArray h = x.transpose(0, 2, 1).reshape(s.get(0), 1, s.get(2), s.get(1));
    return kernels
        .call("mixing_open")
        .with(h)
        .with(manager.zeros(new Shape(1, s.get(2), s.get(1))))
        .with(code(1))
        .with(List.of(manager.eye(Math.toIntExact(s.get(1))), manager.zeros(new Shape(s.get(1)))))
        .single();
  }

  private static float[] floats(NDArray narrow) {
    ShortBuffer bits = NativeMemory.of(narrow).asShortBuffer();
    float[] values = new float[bits.remaining()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(bits.get(i) << 16);
    }
    return values;
  }

  /** Of values from the exact ones, in the norm. */
  private static final class Distance {
    private double apart;
    private double norm;

    void add(double value, double exact) {
      apart += Math.pow(value - exact, 2);
      norm += exact * exact;
    }

    double relative() {
      return norm == 0 ? apart : Math.sqrt(apart / norm);
    }
  }
}
