package io.flowpp.platform.report;

import io.flowpp.core.train.TrainingListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Points of one line; values that are not finite are left out when it is made. */
record Series(double[] x, double[] y) {
  private static final int MAX_POINTS = 800;

  static Series ofSteps(List<TrainingListener.Step> steps) {
    List<TrainingListener.Step> finite =
        steps.stream().filter(s -> Double.isFinite(s.bitsPerDim())).toList();
    return new Series(
        finite.stream().mapToDouble(TrainingListener.Step::step).toArray(),
        finite.stream().mapToDouble(TrainingListener.Step::bitsPerDim).toArray());
  }

  static Series ofValidations(List<TrainingListener.Validation> validations) {
    List<TrainingListener.Validation> finite =
        validations.stream().filter(v -> Double.isFinite(v.bitsPerDim())).toList();
    return new Series(
        finite.stream().mapToDouble(TrainingListener.Validation::step).toArray(),
        finite.stream().mapToDouble(TrainingListener.Validation::bitsPerDim).toArray());
  }

  int size() {
    return x.length;
  }

  /** The mean over a window around each point, cut off at both ends. */
  Series smoothed() {
    int reach = Math.max(1, size() / 60);
    double[] sums = new double[size() + 1];
    for (int i = 0; i < size(); i++) {
      sums[i + 1] = sums[i] + y[i];
    }
    double[] mean = new double[size()];
    for (int i = 0; i < size(); i++) {
      int from = Math.max(0, i - reach);
      int to = Math.min(size(), i + reach + 1);
      mean[i] = (sums[to] - sums[from]) / (to - from);
    }
    return new Series(x, mean);
  }

  /**
   * At most a screenful of points: the lowest and the highest of each stretch, in their order, so
   * that spikes stay.
   */
  Series thinned() {
    if (size() <= MAX_POINTS) {
      return this;
    }
    List<Integer> kept = new ArrayList<>();
    int stretches = MAX_POINTS / 2;
    for (int s = 0; s < stretches; s++) {
      int from = (int) ((long) s * size() / stretches);
      int to = (int) ((long) (s + 1) * size() / stretches);
      int low = from;
      int high = from;
      for (int i = from; i < to; i++) {
        low = y[i] < y[low] ? i : low;
        high = y[i] > y[high] ? i : high;
      }
      kept.add(Math.min(low, high));
      if (low != high) {
        kept.add(Math.max(low, high));
      }
    }
    return new Series(
        kept.stream().mapToDouble(i -> x[i]).toArray(),
        kept.stream().mapToDouble(i -> y[i]).toArray());
  }

  /** The value below which the share {@code q} of all points lie; the series must have one. */
  double quantile(double q) {
    double[] sorted = y.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.round(q * (sorted.length - 1))];
  }
}
