package io.flowpp.platform.compare.page;

import io.flowpp.platform.compare.ComparedRun.Point;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * An arm's curves as one: the mean over its seeds and the lowest and highest of them, as far as all
 * of them go. Between its validations a curve is taken as straight.
 */
record SeedBand(double[] x, double[] mean, double[] low, double[] high) {
  private static final int MAX_POINTS = 200;

  /** Curves without a point that can be shown are left out; empty where no stretch is common. */
  static SeedBand of(List<List<Point>> curves, ToDoubleFunction<Point> place) {
    List<NavigableMap<Double, Double>> seeds = new ArrayList<>();
    for (List<Point> curve : curves) {
      NavigableMap<Double, Double> seed = new TreeMap<>();
      for (Point point : curve) {
        double at = place.applyAsDouble(point);
        if (Double.isFinite(at) && Double.isFinite(point.bitsPerDim())) {
          seed.put(at, point.bitsPerDim());
        }
      }
      if (!seed.isEmpty()) {
        seeds.add(seed);
      }
    }
    return over(seeds, grid(seeds));
  }

  int size() {
    return x.length;
  }

  private static SeedBand over(List<NavigableMap<Double, Double>> seeds, double[] x) {
    double[][] of = new double[3][x.length];
    for (int i = 0; i < x.length; i++) {
      double at = x[i];
      double[] values = seeds.stream().mapToDouble(seed -> value(seed, at)).sorted().toArray();
      of[0][i] = Arrays.stream(values).average().orElseThrow();
      of[1][i] = values[0];
      of[2][i] = values[values.length - 1];
    }
    return new SeedBand(x, of[0], of[1], of[2]);
  }

  /** Every place where a seed was validated, where all of them have a value. */
  private static double[] grid(List<NavigableMap<Double, Double>> seeds) {
    double from = seeds.stream().mapToDouble(NavigableMap::firstKey).max().orElse(1);
    double to = seeds.stream().mapToDouble(NavigableMap::lastKey).min().orElse(0);
    TreeSet<Double> places = new TreeSet<>();
    seeds.forEach(seed -> places.addAll(seed.keySet()));
    double[] all = places.stream().mapToDouble(d -> d).filter(d -> from <= d && d <= to).toArray();
    if (all.length <= MAX_POINTS) {
      return all;
    }
    return IntStream.range(0, MAX_POINTS)
        .mapToDouble(i -> all[(int) ((long) i * (all.length - 1) / (MAX_POINTS - 1))])
        .toArray();
  }

  private static double value(NavigableMap<Double, Double> seed, double at) {
    Map.Entry<Double, Double> before = seed.floorEntry(at);
    Map.Entry<Double, Double> after = seed.ceilingEntry(at);
    double span = after.getKey() - before.getKey();
    double share = span > 0 ? (at - before.getKey()) / span : 0;
    return before.getValue() + share * (after.getValue() - before.getValue());
  }
}
