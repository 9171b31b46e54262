package io.flowpp.platform.regression;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One check of one experiment.
 *
 * @param name {@code quality}, {@code exactness}, {@code speed}, {@code memory}, {@code
 *     samples.leak}, {@code samples.mean} or {@code samples.spread}
 * @param baseline mean over seeds or repeats; of exactness the number of seeds compared
 * @param value the same now; of exactness the number of seeds that are equal
 * @param tolerance of the difference; relative for speed and memory
 * @param interval of the difference, in the tolerance's terms
 * @param look 1 or 2; 0 where nothing was compared
 * @param broken whether it fails because a run or a measurement did, so that nothing was compared
 * @param words for a reader, one sentence
 */
public record CheckResult(
    String name,
    String experiment,
    @Nullable Double baseline,
    @Nullable Double value,
    @Nullable Double tolerance,
    @Nullable List<Double> interval,
    int look,
    Judgement verdict,
    boolean broken,
    String words) {

  static CheckResult without(String name, String experiment, Judgement verdict, String words) {
    return new CheckResult(name, experiment, null, null, null, null, 0, verdict, false, words);
  }

  static CheckResult broken(String name, String experiment, String words) {
    return new CheckResult(
        name, experiment, null, null, null, null, 0, Judgement.FAIL, true, words);
  }

  /** One that was to be made, whatever the machine. */
  CheckResult required() {
    return verdict == Judgement.SKIPPED
        ? without(name, experiment, Judgement.INVESTIGATE, words + "; all checks are required")
        : this;
  }

  /** Softened where the difference may be the machine's. */
  CheckResult softened(String because) {
    return new CheckResult(
        name,
        experiment,
        baseline,
        value,
        tolerance,
        interval,
        look,
        Judgement.INVESTIGATE,
        broken,
        words + "; " + because);
  }
}
