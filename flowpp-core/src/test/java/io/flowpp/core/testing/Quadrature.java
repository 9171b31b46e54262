package io.flowpp.core.testing;

import java.util.function.DoubleUnaryOperator;

/**
 * Points and weights of an integral over one axis.
 *
 * @param points where the integrand is evaluated
 * @param weights what each value counts
 */
public record Quadrature(double[] points, double[] weights) {
  /** Gauss and Legendre's rule on [0,1]: exact for polynomials up to degree 2n-1. */
  public static Quadrature unitInterval(int n) {
    double[] points = new double[n];
    double[] weights = new double[n];
    for (int i = 0; i < n; i++) {
      double x = Math.cos(Math.PI * (i + .75) / (n + .5));
      double slope = 0;
      for (int step = 0; step < 50; step++) {
        double before = 1;
        double p = x;
        for (int k = 2; k <= n; k++) {
          double next = ((2 * k - 1) * x * p - (k - 1) * before) / k;
          before = p;
          p = next;
        }
        slope = n * (x * p - before) / (x * x - 1);
        x -= p / slope;
      }
      points[i] = (1 + x) / 2;
      weights[i] = 1 / ((1 - x * x) * slope * slope);
    }
    return new Quadrature(points, weights);
  }

  /**
   * The trapezoid rule in t for x = sinh t, t in [-4,4]: the whole line out to 27, dense near 0,
   * for integrands with exponential tails.
   */
  public static Quadrature line(int n) {
    double[] points = new double[n];
    double[] weights = new double[n];
    double step = 8. / n;
    for (int i = 0; i < n; i++) {
      double t = -4 + step * (i + .5);
      points[i] = Math.sinh(t);
      weights[i] = step * Math.cosh(t);
    }
    return new Quadrature(points, weights);
  }

  public double integrate(DoubleUnaryOperator f) {
    double sum = 0;
    for (int i = 0; i < points.length; i++) {
      sum += weights[i] * f.applyAsDouble(points[i]);
    }
    return sum;
  }
}
