package io.flowpp.platform.regression;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * One figure of a baseline, old and new.
 *
 * @param name of the check that it is for
 * @param before null where the old baseline did not have it
 */
public record BaselineChange(
    String experiment, String name, @Nullable Double before, double after) {

  static List<BaselineChange> between(
      RegressionSpec spec, @Nullable Baseline before, Baseline after) {
    List<BaselineChange> changes = new ArrayList<>();
    for (RegressionExperiment experiment : spec.experiments()) {
      Measured now = Objects.requireNonNull(after.experiments().get(experiment.name()));
      Measured then = before == null ? null : before.experiments().get(experiment.name());
      for (CheckSpec check : spec.checks()) {
        List<String> names = Judge.names(check);
        for (int i = 0; i < names.size(); i++) {
          int figure = i;
          ToDoubleFunction<Measured> value = measured -> value(check, figure, measured, now);
          double newer = value.applyAsDouble(now);
          Double old = then == null ? null : finite(value.applyAsDouble(then));
          if (Double.isFinite(newer)) {
            changes.add(new BaselineChange(experiment.name(), names.get(i), old, newer));
          }
        }
      }
    }
    return changes;
  }

  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  /** Of exactness: the seeds with the weights of {@code now}. */
  private static double value(CheckSpec check, int figure, Measured measured, Measured now) {
    if (check instanceof CheckSpec.Quality quality) {
      return mean(measured, seed -> seed.metrics().getOrDefault(quality.metric(), Double.NaN));
    }
    if (check instanceof CheckSpec.Samples) {
      return mean(
          measured,
          seed ->
              switch (figure) {
                case 0 -> seed.samples().leak();
                case 1 -> seed.samples().mean();
                default -> seed.samples().spread();
              });
    }
    if (check instanceof CheckSpec.Exactness) {
      return measured.seeds().stream()
          .filter(
              seed ->
                  now.seed(seed.seed())
                      .filter(same -> same.weightsSha256().equals(seed.weightsSha256()))
                      .isPresent())
          .count();
    }
    List<Double> costs =
        check instanceof CheckSpec.Speed
            ? measured.costs().products()
            : measured.costs().peakBytes();
    return costs.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }

  private static double mean(Measured measured, ToDoubleFunction<SeedResult> value) {
    return measured.seeds().stream().mapToDouble(value).average().orElse(Double.NaN);
  }
}
