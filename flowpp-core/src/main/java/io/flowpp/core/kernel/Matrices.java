package io.flowpp.core.kernel;

/** Small square matrices, row by row, by elimination with partial pivoting. */
final class Matrices {
  private Matrices() {}

  /** log|det a|: minus infinity where a is singular. Overwrites a. */
  static double logAbsDeterminant(double[] a, int n) {
    double sum = 0;
    for (int k = 0; k < n; k++) {
      swap(a, n, k, pivot(a, n, k));
      double pivot = a[k * n + k];
      sum += Math.log(Math.abs(pivot));
      for (int r = k + 1; r < n && pivot != 0; r++) {
        subtract(a, n, r, k, a[r * n + k] / pivot);
      }
    }
    return sum;
  }

  /** The inverse, with infinities or NaN where a is singular. Overwrites a. */
  static double[] inverse(double[] a, int n) {
    double[] inverse = new double[n * n];
    for (int k = 0; k < n; k++) {
      inverse[k * n + k] = 1;
    }
    for (int k = 0; k < n; k++) {
      int best = pivot(a, n, k);
      swap(a, n, k, best);
      swap(inverse, n, k, best);
      double scale = 1 / a[k * n + k];
      for (int c = 0; c < n; c++) {
        a[k * n + c] *= scale;
        inverse[k * n + c] *= scale;
      }
      for (int r = 0; r < n; r++) {
        if (r != k) {
          double factor = a[r * n + k];
          subtract(a, n, r, k, factor);
          subtract(inverse, n, r, k, factor);
        }
      }
    }
    return inverse;
  }

  private static int pivot(double[] a, int n, int k) {
    int best = k;
    for (int r = k + 1; r < n; r++) {
      if (Math.abs(a[r * n + k]) > Math.abs(a[best * n + k])) {
        best = r;
      }
    }
    return best;
  }

  private static void swap(double[] a, int n, int r, int s) {
    for (int c = 0; c < n && r != s; c++) {
      double kept = a[r * n + c];
      a[r * n + c] = a[s * n + c];
      a[s * n + c] = kept;
    }
  }

  /** Row r less factor times row k. */
  private static void subtract(double[] a, int n, int r, int k, double factor) {
    for (int c = 0; c < n; c++) {
      a[r * n + c] -= factor * a[k * n + c];
    }
  }
}
