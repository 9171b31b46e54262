package io.flowpp.core.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.distribution.LogisticMixture;
import io.flowpp.core.nn.Pass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Mixtures of logistics, elementwise: log F, log(1-F), logit F and log pdf at points x, or the x at
 * which F has given values.
 */
final class MixtureCase implements Subject {
  /** Of 1 + |value|: values lie between 1e-30 and 1e6, and each has its digits. */
  private static final double ELEMENT = 1e-12;

  /** The authors' bisection ends with steps of 1e-12; its last value is as far away, or twice. */
  private static final double BISECTION = 4e-12;

  /** Eight of a number near 1, such as F where the authors' inverse compares it. */
  private static final double ROUNDINGS = 8 * 0x1p-52;

  private final ReferenceFile file;
  private final boolean inverse;
  private double @Nullable [] slope;
  private double @Nullable [] logCdf;

  MixtureCase(ReferenceFile file) {
    this.file = file;
    inverse = file.has("in/y");
  }

  private LogisticMixture mixture(DataType type, Bench bench) {
    return new LogisticMixture(
        file.read("in/logits", type, bench.manager()).logSoftmax(-1),
        file.read("in/means", type, bench.manager()),
        file.read("in/logscales", type, bench.manager()));
  }

  @Override
  public Map<String, NDArray> compute(DataType type, Bench bench) {
    LogisticMixture mixture = mixture(type, bench);
    Map<String, NDArray> ours = new HashMap<>();
    if (inverse) {
      NDArray x = inverse(type, bench);
      NDArray log = mixture.logCdf(x);
      ours.put("x", x);
      ours.put("logcdf_of_x", log);
      slope = Comparison.doubles(mixture.logDensity(x));
      logCdf = Comparison.doubles(log);
      return ours;
    }
    NDArray x = file.read("in/x", type, bench.manager());
    ours.put("logcdf", mixture.logCdf(x));
    ours.put("logsf", mixture.logSurvival(x));
    ours.put("logpdf", mixture.logDensity(x));
    return ours;
  }

  /** By the transform of a coupling whose scale is 1 and shift 0. */
  private NDArray inverse(DataType type, Bench bench) {
    NDArray target = target(type, bench);
    if (bench.mode() == Pass.Mode.REFERENCE) {
      return mixture(type, bench).inverseLogit(target);
    }
    return coupling("mixture_inverse", target, type, bench).get(0).reshape(target.getShape());
  }

  private NDArray target(DataType type, Bench bench) {
    NDArray f = file.read("in/y", type, bench.manager());
    return f.log().sub(f.neg().add(1).log());
  }

  /** Every element as an image of its own, so that a log-determinant is an element's. */
  private NDList coupling(String kernel, NDArray x, DataType type, Bench bench) {
    long n = x.size();
    long k = file.shape("in/logits").get(file.shape("in/logits").dimension() - 1);
    NDArray raw = bench.manager().zeros(new Shape(n, 2), type);
    for (String part : List.of("in/logits", "in/means", "in/logscales")) {
      raw = raw.concat(file.read(part, type, bench.manager()).reshape(n, k), 1);
    }
    return bench
        .kernels()
        .call(kernel)
        .with(x.reshape(n, 1, 1, 1))
        .with(raw.reshape(n, 1, 1, 2 + 3 * k))
        .run();
  }

  @Override
  public double @Nullable [] allowed(String name, double[] expected) {
    if (!inverse) {
      return perElement(expected);
    }
    double[] slopes = slope == null ? new double[0] : slope;
    double[] logs = logCdf == null ? new double[0] : logCdf;
    double[] allowed = new double[expected.length];
    for (int i = 0; i < allowed.length; i++) {
      double density = Math.exp(slopes[i]);
      // x: the bisection's end, and what a rounding of F moves it by; log F: what that x moves
      allowed[i] =
          name.equals("x")
              ? BISECTION + ROUNDINGS / density + ROUNDINGS * Math.abs(expected[i])
              : BISECTION * density / Math.exp(logs[i]) + ELEMENT * (1 + Math.abs(expected[i]));
    }
    return allowed;
  }

  private static double[] perElement(double[] expected) {
    return Arrays.stream(expected).map(v -> ELEMENT * (1 + Math.abs(v))).toArray();
  }

  @Override
  public List<Further> further(Bench bench) {
    List<Further> further = new ArrayList<>();
    LogisticMixture mixture = mixture(DataType.FLOAT64, bench);
    UnaryOperator<double[]> allowed = MixtureCase::perElement;
    if (inverse) {
      // F of ours is the F asked for
      NDArray cdf = mixture.logCdf(inverse(DataType.FLOAT64, bench)).exp();
      further.add(new Further("inverse/y", "in/y", cdf, s -> Comparison.everywhere(ELEMENT, s)));
      return further;
    }
    NDArray x = file.read("in/x", DataType.FLOAT64, bench.manager());
    add(further, "exact/logcdf", mixture.logCdf(x), allowed);
    add(further, "exact/logsf", mixture.logSurvival(x), allowed);
    add(further, "exact/logpdf", mixture.logDensity(x), allowed);
    NDArray logit =
        bench.mode() == Pass.Mode.REFERENCE
            ? mixture.logit(x)
            : coupling("mixture_forward", x, DataType.FLOAT64, bench).get(0).reshape(x.getShape());
    add(further, "exact/logit", logit, allowed);
    return further;
  }

  private void add(
      List<Further> further, String stored, NDArray ours, UnaryOperator<double[]> allowed) {
    if (file.has(stored)) {
      further.add(new Further(stored, stored, ours, allowed));
    }
  }

  @Override
  public Map<String, String> leftOut() {
    return file.has("exact/logit")
        ? Map.of("out/logit_naive", "it ends in infinities; exact/logit is compared")
        : Map.of();
  }
}
