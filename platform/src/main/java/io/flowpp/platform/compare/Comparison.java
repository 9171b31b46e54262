package io.flowpp.platform.compare;

import io.flowpp.platform.compare.statistics.ImagePairs;
import io.flowpp.platform.compare.statistics.Interval;
import io.flowpp.platform.compare.statistics.Rules;
import io.flowpp.platform.compare.statistics.Verdict;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Arms against a baseline, and what may be said of it. Everything that its outputs show is in here:
 * equal comparisons give equal files.
 *
 * @param title such as {@code cifar10-ablations by ablation}
 * @param metric what is compared: {@code test/bpd}
 * @param unit of the metric, for axes: {@code bits/dim}; empty where it has none
 * @param arms the baseline first
 * @param differing what the arms differ in: parameter, then arm, then value; the seed not among
 *     them
 * @param warnings what a reader must know before believing it
 * @param views the first is the answer at the end of training, over the test images
 * @param page of the sweep in the tracking server; null where there is none
 */
public record Comparison(
    String title,
    String metric,
    String unit,
    Rules rules,
    List<Arm> arms,
    Map<String, Map<String, String>> differing,
    List<String> warnings,
    List<View> views,
    @Nullable String page) {
  public Comparison {
    arms = List.copyOf(arms);
    warnings = List.copyOf(warnings);
    views = List.copyOf(views);
  }

  /** The same with a link to what is compared. */
  public Comparison withPage(@Nullable String link) {
    return new Comparison(title, metric, unit, rules, arms, differing, warnings, views, link);
  }

  public Arm baseline() {
    return arms.get(0);
  }

  /**
   * One question with its family of answers.
   *
   * @param name {@code end of training}, {@code equal steps}, {@code equal time}, {@code equal
   *     parameters}
   * @param question in words, with the step, the seconds or the number of parameters
   * @param rows one for each arm that the question can be asked of, the baseline first
   * @param left arms that it cannot be asked of, each with why
   */
  public record View(String name, String question, List<Row> rows, Map<String, String> left) {
    public View {
      rows = List.copyOf(rows);
    }
  }

  /** What a verdict is about. */
  public enum Scope {
    /** The arms as methods: each has at least two seeds. */
    METHODS,
    /** The two trained models at hand: an arm has one seed. */
    MODELS
  }

  /**
   * @param group the arm's name
   * @param seeds how many
   * @param images how many test images each seed's mean is over; 0 where the view is not over
   *     images
   * @param mean over seeds
   * @param interval of the mean over seeds; null with one seed
   * @param against null for the baseline
   */
  public record Row(
      String group,
      int seeds,
      int images,
      double mean,
      @Nullable Interval interval,
      @Nullable Against against) {}

  /**
   * An arm against the baseline.
   *
   * @param interval of {@code delta}: over seeds in the scope of methods, over images in that of
   *     models; null where one seed is compared by something else than images
   * @param p null in the scope of models
   * @param pAdjusted null in the scope of models
   * @param pEquivalent of the two one-sided tests, adjusted; null in the scope of models
   * @param words the verdict for a reader, a sentence
   * @param seedsNeeded see {@link io.flowpp.platform.compare.statistics.Difference}
   * @param images what the images alone say, as description; null where the view is not over images
   */
  public record Against(
      Scope scope,
      double delta,
      @Nullable Interval interval,
      @Nullable Double p,
      @Nullable Double pAdjusted,
      @Nullable Double pEquivalent,
      Verdict verdict,
      String words,
      @Nullable Integer seedsNeeded,
      @Nullable ImagePairs images) {}
}
