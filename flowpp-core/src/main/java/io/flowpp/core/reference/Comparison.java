package io.flowpp.core.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flowpp.core.reference.Verification.Output;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds ours against a file's tensors.
 *
 * <p>Float64 results: log-likelihoods within 1e-10 of the largest, others within 1e-11, and within
 * 1e-6 what is stored in float32. Float32 results: within twice the distance of the file's float32
 * from its float64, or 32 roundings of the largest value if that is more, from the float64 result.
 */
final class Comparison {
  private static final double LIKELIHOOD = 1e-10;
  private static final double FLOAT64 = 1e-11;
  static final double STORED_IN_FLOAT32 = 1e-6;

  /** Sums of values of the order of 1 that are 0 but for rounding. */
  private static final double NOTHING = 1e-13;

  private static final double ROUNDING = 0x1p-24;

  private final ReferenceFile file;
  private final NDManager manager;

  Comparison(ReferenceFile file, NDManager manager) {
    this.file = file;
    this.manager = manager;
  }

  /** All outputs of the file, and the subject's inverses. */
  List<Output> all(Subject subject, Bench bench) {
    List<Output> outputs = new ArrayList<>();
    outputs.addAll(float64(subject, subject.compute(DataType.FLOAT64, bench)));
    for (Subject.Further further : subject.further(bench)) {
      double[] stored = file.values(further.stored(), manager);
      outputs.add(
          compare(
              further.name(), stored, doubles(further.ours()), further.allowed().apply(stored)));
    }
    if (file.hasUnder("out32/")) {
      outputs.addAll(float32(subject, subject.compute(DataType.FLOAT32, bench)));
    }
    return outputs;
  }

  /** The float64 outputs alone. */
  List<Output> float64(Subject subject, Map<String, NDArray> ours) {
    Map<String, Output> outputs = new LinkedHashMap<>();
    for (String name : file.under("out/")) {
      if (!isLeftOut(subject, "out/" + name)) {
        outputs.put(name, float64(subject, name, ours.get(name)));
      }
    }
    return List.copyOf(outputs.values());
  }

  private Output float64(Subject subject, String name, @Nullable NDArray ours) {
    String stored = "out/" + name;
    if (ours == null) {
      return missing(stored, "this program does not compute it");
    }
    double[] expected = file.values(stored, manager);
    double[] own = subject.allowed(name, expected);
    if (own != null) {
      return compare(stored, expected, doubles(ours), own);
    }
    double relative =
        file.isFloat32(stored)
            ? STORED_IN_FLOAT32
            : name.contains("likelihood") || name.equals("loss") || name.equals("bits_per_dim")
                ? LIKELIHOOD
                : FLOAT64;
    double allowed = Math.max(relative * largest(expected), NOTHING);
    return compare(stored, expected, doubles(ours), everywhere(allowed, expected));
  }

  private List<Output> float32(Subject subject, Map<String, NDArray> ours) {
    List<Output> outputs = new ArrayList<>();
    for (String name : file.under("out32/")) {
      String stored = "out32/" + name;
      if (isLeftOut(subject, stored)) {
        continue;
      }
      if (!file.has("out/" + name)) {
        outputs.add(missing(stored, "the file has no out/" + name + " to hold it against"));
        continue;
      }
      double[] truth = file.values("out/" + name, manager);
      double[] theirs = file.values(stored, manager);
      double apart = 0;
      for (int i = 0; i < Math.min(truth.length, theirs.length); i++) {
        apart = Math.max(apart, Math.abs(theirs[i] - truth[i]));
      }
      if (!Double.isFinite(apart)) {
        outputs.add(missing(stored, "its distance from out/" + name + " is not finite"));
        continue;
      }
      double allowed = Math.max(2 * apart, 32 * ROUNDING * largest(truth));
      NDArray own = ours.get(name);
      outputs.add(
          own == null
              ? missing(stored, "this program does not compute it")
              : compare(stored, truth, doubles(own), everywhere(allowed, truth)));
    }
    return outputs;
  }

  private static boolean isLeftOut(Subject subject, String stored) {
    return subject.leftOut().keySet().stream().anyMatch(stored::startsWith);
  }

  static double[] everywhere(double allowed, double[] expected) {
    double[] each = new double[expected.length];
    Arrays.fill(each, allowed);
    return each;
  }

  static double[] doubles(NDArray array) {
    return array.toType(DataType.FLOAT64, false).toDoubleArray();
  }

  /**
   * @param allowed absolute, for each element
   */
  static Output compare(String name, double[] expected, double[] ours, double[] allowed) {
    if (ours.length != expected.length) {
      return missing(name, "ours has " + ours.length + " values, not " + expected.length);
    }
    double maxAbs = 0;
    double ratio = 0;
    for (int i = 0; i < ours.length; i++) {
      double difference = expected[i] == ours[i] ? 0 : Math.abs(expected[i] - ours[i]);
      difference = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
      maxAbs = Math.max(maxAbs, difference);
      ratio = Math.max(ratio, difference == 0 ? 0 : difference / allowed[i]);
    }
    double scale = largest(expected);
    return new Output(name, maxAbs, maxAbs / scale, largest(allowed, 0) / scale, ratio, null);
  }

  static Output missing(String name, String why) {
    double none = Double.POSITIVE_INFINITY;
    return new Output(name, none, none, 0, none, why);
  }

  /** Of finite values; 1 where all are 0. */
  static double largest(double[] values) {
    return largest(values, 1);
  }

  static double largest(double[] values, double otherwise) {
    double largest = Arrays.stream(values).map(Math::abs).filter(Double::isFinite).max().orElse(0);
    return largest > 0 ? largest : otherwise;
  }
}
