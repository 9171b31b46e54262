package io.flowpp.core.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttentionKernelTest {

  @Test
  void exp2IsWithinTwoTenMillionths() {
    float[] x = new float[8];
    for (float from = -119f; from < 100f; from += 0.0137f) {
      for (int i = 0; i < 8; i++) {
        x[i] = from + i * 0.0017f;
      }
      float[] y = new float[8];
      AttentionKernel.exp2(FloatVector.fromArray(Tiles.LANES, x, 0)).intoArray(y, 0);
      for (int i = 0; i < 8; i++) {
        assertEquals(1, y[i] / Math.pow(2, x[i]), 2e-7, "2^" + x[i]);
      }
    }
  }

  /**
   * Head sizes 24, 8, 16, 12, 40, 5 reach every tile; token counts just above, at and below a block
   * reach every remainder; spread 20 moves the running maximum.
   */
  @ParameterizedTest
  @CsvSource({
    "512,1,24,1",
    "98,4,8,1",
    "48,2,24,1",
    "49,2,16,20",
    "61,2,40,1",
    "100,2,12,20",
    "7,1,5,1",
    "1,1,8,1",
    "193,2,24,20"
  })
  void agreesWithFloat64InBothDirections(int tokens, int heads, int d, float spread) {
    int width = heads * d;
    int images = 2;
    float[] p = gaussian(1, images * tokens * 3 * width, (float) Math.sqrt(spread));
    agrees(
        images,
        tokens,
        heads,
        d,
        p,
        spread > 1 ? 1e-4 : 1e-5); // scores of 100 bits carry rounding into the exponent
  }

  /**
   * Scores from -bits to bits, on both sides of the bound below which no maximum is subtracted:
   * nothing over- or underflows there. Beside 100 bits float32's rounding of a score is 4e-6.
   */
  @ParameterizedTest
  @CsvSource({"49,8", "51,8", "49,24", "120,16", "200,8"})
  void scoresAroundTheMildOnesBound(double bits, int d) {
    int tokens = 60;
    float[] p = gaussian(5, tokens * 3 * d, 1f);
    float length = (float) Math.sqrt(bits * Math.log(2) * Math.sqrt(d));
    for (int t = 0; t < tokens; t++) {
      for (int k = 0; k < 2 * d; k++) {
        p[t * 3 * d + k] = k % d == 0 ? ((t * 7 + k) % 5 - 2) * length / 2 : 0;
      }
    }
    agrees(1, tokens, 1, d, p, 1e-4);
  }

  private static void agrees(
      int images, int tokens, int heads, int d, float[] p, double tolerance) {
    int width = heads * d;
    float[] oGrad = gaussian(2, images * tokens * width, 1f);
    float[] o = new float[oGrad.length];
    float[] lse = new float[images * heads * tokens];
    float[] pGrad = new float[p.length];
    AttentionKernel kernel = new AttentionKernel(tokens, heads, d);
    for (int b = 0; b < images; b++) {
      kernel.forward(p, b * tokens * 3 * width, o, b * tokens * width, lse, b * heads * tokens);
      kernel.backward(
          p,
          b * tokens * 3 * width,
          o,
          b * tokens * width,
          lse,
          b * heads * tokens,
          oGrad,
          b * tokens * width,
          pGrad,
          b * tokens * 3 * width);
    }
    for (int b = 0; b < images; b++) {
      double[] wantO = new double[tokens * width];
      double[] wantGrad = new double[tokens * 3 * width];
      reference(
          p, b * tokens * 3 * width, oGrad, b * tokens * width, tokens, heads, d, wantO, wantGrad);
      assertTrue(error(wantO, o, b * tokens * width) < tolerance, "o of image " + b);
      assertTrue(
          error(wantGrad, pGrad, b * tokens * 3 * width) < tolerance, "gradient of image " + b);
    }
  }

  /** Compiled and interpreted code, and a used or a fresh scratch, give the same bits. */
  @Test
  void sameInputSameBits() {
    float[] p = gaussian(3, 98 * 3 * 32, 1f);
    float[] first = forward(new AttentionKernel(98, 4, 8), p);
    AttentionKernel used = new AttentionKernel(98, 4, 8);
    for (int i = 0; i < 300; i++) {
      forward(used, gaussian(i, p.length, 3f));
    }
    assertArrayEquals(first, forward(used, p));
  }

  @Test
  void notANumberComesOutInItsImageHead() {
    float[] p = gaussian(4, 60 * 3 * 16, 1f);
    p[7 * 48 + 3] = Float.NaN; // query 7 of the first head
    float[] o = forward(new AttentionKernel(60, 2, 8), p);
    assertTrue(Float.isNaN(o[7 * 16]));
    assertTrue(Float.isFinite(o[7 * 16 + 8]));
    assertTrue(Float.isFinite(o[8 * 16]));
  }

  private static float[] forward(AttentionKernel kernel, float[] p) {
    float[] o = new float[p.length / 3];
    kernel.forward(p, 0, o, 0, new float[p.length], 0);
    return o;
  }

  private static float[] gaussian(long seed, int n, float spread) {
    Random random = new Random(seed);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextGaussian() * spread;
    }
    return x;
  }

  /** Largest difference over the largest value. */
  private static double error(double[] want, float[] got, int offset) {
    double size = 0;
    double worst = 0;
    for (int i = 0; i < want.length; i++) {
      size = Math.max(size, Math.abs(want[i]));
      double off = Math.abs(want[i] - got[offset + i]);
      worst = off <= worst ? worst : off; // NaN wins
    }
    return worst / size;
  }

  private static void reference(
      float[] p,
      int at,
      float[] g,
      int gAt,
      int tokens,
      int heads,
      int d,
      double[] o,
      double[] grad) {
    int width = heads * d;
    for (int head = 0; head < heads; head++) {
      for (int i = 0; i < tokens; i++) {
        int q = at + i * 3 * width + head * d;
        double[] prob = new double[tokens];
        double max = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < tokens; j++) {
          int k = at + j * 3 * width + width + head * d;
          for (int x = 0; x < d; x++) {
            prob[j] += (double) p[q + x] * p[k + x] / Math.sqrt(d);
          }
          max = Math.max(max, prob[j]);
        }
        double sum = 0;
        for (int j = 0; j < tokens; j++) {
          prob[j] = Math.exp(prob[j] - max);
          sum += prob[j];
        }
        double delta = 0;
        for (int x = 0; x < d; x++) {
          double value = 0;
          for (int j = 0; j < tokens; j++) {
            value += prob[j] / sum * p[at + j * 3 * width + 2 * width + head * d + x];
          }
          o[i * width + head * d + x] = value;
          delta += value * g[gAt + i * width + head * d + x];
        }
        for (int j = 0; j < tokens; j++) {
          int v = j * 3 * width + 2 * width + head * d;
          double dProb = 0;
          for (int x = 0; x < d; x++) {
            double go = g[gAt + i * width + head * d + x];
            dProb += go * p[at + v + x];
            grad[v + x] += prob[j] / sum * go;
          }
          double dScore = prob[j] / sum * (dProb - delta) / Math.sqrt(d);
          for (int x = 0; x < d; x++) {
            grad[i * 3 * width + head * d + x] +=
                dScore * p[at + j * 3 * width + width + head * d + x];
            grad[j * 3 * width + width + head * d + x] += dScore * p[q + x];
          }
        }
      }
    }
  }
}
