package io.flowpp.platform.compare.page;

import io.flowpp.platform.compare.Comparison;
import io.flowpp.platform.compare.statistics.Rules;
import java.util.ArrayList;
import java.util.List;

/** How the answer was come to, in a few lines for the method section of a paper. */
final class Method {
  static final String OF_IMAGES =
      "A description of these trained models on these images, and no evidence on the methods:"
          + " another seed gives another model. With three seeds such tests call methods different"
          + " that are not, far more often than 1 time in 20.";

  private Method() {}

  static List<String> lines(Comparison comparison) {
    Rules rules = comparison.rules();
    String unit = comparison.unit().isEmpty() ? "" : " " + comparison.unit();
    String level = Numbers.percent(1 - rules.level());
    List<String> lines = new ArrayList<>();
    lines.add(
        "The seed is the unit: each run gives one number, its mean over the same test images. A"
            + " difference is the arm's mean over seeds less the baseline's.");
    lines.add(
        "p is of Welch's two-sided t-test; adjusted p after Holm's correction over the arms of a"
            + " table. Intervals are of "
            + level
            + ", each for itself, not adjusted.");
    lines.add(
        "Equivalent: two one-sided tests, after Holm's correction, say that the difference is within ±"
            + Numbers.plain(rules.margin())
            + unit
            + ". Where an arm would be both equivalent and better or worse, it is equivalent.");
    lines.add(
        "Seeds needed: an arm, to find a difference of "
            + Numbers.plain(rules.margin())
            + unit
            + " with "
            + Numbers.percent(rules.power())
            + " power, the spread taken at its upper 80% bound, since few seeds flatter.");
    if (Answer.ofModels(comparison)) {
      lines.add(
          "Where an arm has one seed, verdict and interval are over images and of the trained models"
              + " alone.");
    }
    return lines;
  }
}
