package io.flowpp.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class MatricesTest {
  @Test
  void determinantsAndInversesOfRandomMatrices() {
    Random random = new Random(1);
    for (int n = 1; n <= 6; n++) {
      for (int draw = 0; draw < 20; draw++) {
        double[] a = random.doubles((long) n * n, -1, 1).toArray();
        double[] inverse = Matrices.inverse(a.clone(), n);
        for (int r = 0; r < n; r++) {
          for (int c = 0; c < n; c++) {
            double sum = 0;
            for (int k = 0; k < n; k++) {
              sum += a[r * n + k] * inverse[k * n + c];
            }
            assertThat(sum).isCloseTo(r == c ? 1 : 0, Offset.offset(1e-9));
          }
        }
        double want = Math.log(Math.abs(determinant(a, n)));
        assertThat(Matrices.logAbsDeterminant(a.clone(), n)).isCloseTo(want, Offset.offset(1e-9));
      }
    }
  }

  @Test
  void aZeroOnTheDiagonalIsNoSingularMatrix() {
    assertThat(Matrices.logAbsDeterminant(new double[] {0, 2, -3, 0}, 2))
        .isCloseTo(Math.log(6), Offset.offset(1e-15));
    assertThat(Matrices.inverse(new double[] {0, 2, -4, 0}, 2))
        .usingComparatorWithPrecision(1e-15)
        .containsExactly(0, -.25, .5, 0);
  }

  @Test
  void aSingularMatrixHasMinusInfinity() {
    assertThat(Matrices.logAbsDeterminant(new double[] {1, 2, 2, 4}, 2)).isEqualTo(-1. / 0);
    assertThat(Matrices.logAbsDeterminant(new double[9], 3)).isEqualTo(-1. / 0);
  }

  /** By the first row's minors. */
  private static double determinant(double[] a, int n) {
    if (n == 1) {
      return a[0];
    }
    double sum = 0;
    for (int skipped = 0; skipped < n; skipped++) {
      double[] minor = new double[(n - 1) * (n - 1)];
      int at = 0;
      for (int r = 1; r < n; r++) {
        for (int c = 0; c < n; c++) {
          if (c != skipped) {
            minor[at++] = a[r * n + c];
          }
        }
      }
      sum += (skipped % 2 == 0 ? 1 : -1) * a[skipped] * determinant(minor, n - 1);
    }
    return sum;
  }
}
