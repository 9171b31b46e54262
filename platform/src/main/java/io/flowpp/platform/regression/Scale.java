package io.flowpp.platform.regression;

import io.flowpp.platform.compare.statistics.Gate;
import java.util.List;
import java.util.Locale;

/**
 * What a check measures on, and how far from the baseline is too far.
 *
 * @param name of the check
 * @param what it measures, in words
 * @param tolerance relative where the unit is judged by its logarithm
 * @param level of one judgement, both looks together
 */
record Scale(
    String name, String what, Unit unit, double tolerance, Gate.Sides sides, double level) {

  /** In what a check measures, and how it is written. */
  enum Unit {
    BITS_PER_DIM("%.4f bits/dim", "%+.4f", "%.4f"),
    SHARE("%.3f", "%+.3f", "%.3f"),
    PRODUCTS("%.1f", "%+.1f%%", "%.1f%%"),
    BYTES("%.0f MB", "%+.1f%%", "%.1f%%");

    private final String value;
    private final String difference;
    private final String tolerance;

    Unit(String value, String difference, String tolerance) {
      this.value = value;
      this.difference = difference;
      this.tolerance = tolerance;
    }

    boolean isRelative() {
      return this == PRODUCTS || this == BYTES;
    }

    String value(double number) {
      return String.format(Locale.ROOT, value, this == BYTES ? number / 1e6 : number);
    }

    String difference(double number) {
      return String.format(Locale.ROOT, difference, isRelative() ? 100 * number : number);
    }

    String tolerance(double number) {
      return String.format(Locale.ROOT, tolerance, isRelative() ? 100 * number : number);
    }

    private double onScale(double number) {
      return isRelative() ? Math.log(number) : number;
    }

    private double fromScale(double number) {
      return isRelative() ? Math.expm1(number) : number;
    }

    private double back(double number) {
      return isRelative() ? Math.exp(number) : number;
    }
  }

  CheckResult judge(String experiment, List<Double> then, List<Double> now, int look) {
    if (then.size() < now.size() || !then.stream().allMatch(Double::isFinite)) {
      return CheckResult.without(
          name,
          experiment,
          Judgement.INVESTIGATE,
          "the baseline has too few values of " + what + "; accept a new one");
    }
    if (!now.stream().allMatch(Double::isFinite)) {
      long bad = now.stream().filter(value -> !Double.isFinite(value)).count();
      return CheckResult.without(
          name,
          experiment,
          Judgement.FAIL,
          what + " is no number in " + bad + " of " + now.size() + " measurements");
    }
    List<Double> thenScaled = then.stream().limit(now.size()).map(unit::onScale).toList();
    List<Double> nowScaled = now.stream().map(unit::onScale).toList();
    double bound = unit.isRelative() ? Math.log1p(tolerance) : tolerance;
    Gate.Outcome outcome = new Gate(bound, sides, level).judge(thenScaled, nowScaled, look);
    Judgement verdict =
        switch (outcome.decision()) {
          case PASS -> Judgement.PASS;
          case FAIL -> Judgement.FAIL;
          case INVESTIGATE -> Judgement.INVESTIGATE;
        };
    double before = unit.back(mean(thenScaled));
    double after = unit.back(mean(nowScaled));
    List<Double> interval =
        List.of(
            unit.fromScale(outcome.interval().low()), unit.fromScale(outcome.interval().high()));
    return new CheckResult(
        name,
        experiment,
        before,
        after,
        tolerance,
        interval.stream().allMatch(Double::isFinite) ? interval : null,
        look,
        verdict,
        false,
        words(verdict, before, after, unit.fromScale(outcome.delta()), interval));
  }

  private String words(
      Judgement verdict, double before, double after, double delta, List<Double> interval) {
    String difference = unit.difference(delta) + " (" + range(interval) + ")";
    String said =
        what + " " + unit.value(after) + ", was " + unit.value(before) + ": " + difference;
    String limit = unit.tolerance(tolerance);
    return switch (verdict) {
      case PASS -> said + ", no change beyond " + limit;
      case FAIL -> said + ", a change for the worse beyond " + limit;
      default ->
          sides == Gate.Sides.HIGHER_FAILS_LOWER_IS_SUSPECT && delta < -tolerance
              ? said
                  + ", what seems an improvement beyond "
                  + limit
                  + ": too good to be believed unseen, since a wrong log-determinant can do it"
              : said + ", which these measurements cannot tell from a change beyond " + limit;
    };
  }

  private String range(List<Double> interval) {
    return interval.stream().allMatch(Double::isFinite)
        ? unit.difference(interval.get(0)) + " to " + unit.difference(interval.get(1))
        : "how sure that is, so few values cannot tell";
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}
