package io.flowpp.platform.report;

import io.flowpp.core.data.ImageSource;
import io.flowpp.core.evaluate.Floors;
import io.flowpp.core.evaluate.ImageScore;
import io.flowpp.core.evaluate.SampleGrid;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.train.TrainingListener;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that a report shows. Equal inputs give equal reports, byte for byte: the writer asks no clock
 * and no machine.
 *
 * @param metrics by the names that the tracking server knows them by; {@link #REQUIRED_METRICS}
 *     must be among them, the others are shown where they are present
 * @param pretraining the curve of the dequantizer's pretraining; empty where there was none
 * @param scores one for each scored test image
 * @param test the test images, for thumbnails: {@link ImageScore#index} points into it
 * @param samples drawn through the inverse of the flow
 * @param reconstructions three rows of equal length: real, dequantized, reconstructed
 */
public record ReportInput(
    Run run,
    ModelSpec model,
    Data data,
    List<Stage> stages,
    Floors floors,
    Evaluation evaluation,
    SortedMap<String, Double> metrics,
    Curve training,
    Curve pretraining,
    List<ImageScore> scores,
    ImageSource test,
    SampleGrid samples,
    SampleGrid reconstructions,
    Versions versions) {

  /**
   * Importance-weighted bits/dim, the one-sample bound, their difference, and the effective number
   * of samples: without them there is nothing to report.
   */
  public static final List<String> REQUIRED_METRICS =
      List.of("test/bpd", "test/bpd_elbo", "test/dequantization_gap", "test/ess");

  public ReportInput {
    stages = List.copyOf(stages);
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
    scores = List.copyOf(scores);
    for (String name : REQUIRED_METRICS) {
      if (!metrics.containsKey(name)) {
        throw new IllegalArgumentException(
            "a report needs the metric " + name + "; it was given " + metrics.keySet());
      }
    }
    if (scores.isEmpty()) {
      throw new IllegalArgumentException("a report needs the scores of at least one test image");
    }
    if (samples.images() < 1) {
      throw new IllegalArgumentException("a report needs at least one sample");
    }
    if (reconstructions.images() < 3 || reconstructions.images() % 3 != 0) {
      throw new IllegalArgumentException(
          "reconstructions are three rows of equal length, not "
              + reconstructions.images()
              + " images");
    }
  }

  /** As the canonical constructor, from metrics in any order. */
  public static SortedMap<String, Double> metrics(Map<String, Double> metrics) {
    return new TreeMap<>(metrics);
  }

  double metric(String name) {
    Double value = metrics.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "the report has no metric " + name + ", only " + metrics.keySet());
    }
    return value;
  }

  /**
   * Which experiment this was and where its traces are.
   *
   * @param config the merged configuration as YAML
   * @param command the line that repeats it
   * @param finished when evaluation ended
   * @param trackingUri address of the tracking server; null where the run was only journalled
   * @param trackingPage the page of this run on the tracking server; null where it has none yet
   */
  public record Run(
      String name,
      String id,
      long seed,
      String config,
      String command,
      Instant finished,
      @Nullable String trackingUri,
      @Nullable String trackingPage) {}

  /**
   * The images.
   *
   * @param name of the data set as the reader knows it; {@link
   *     io.flowpp.core.evaluate.QuotedResults} are looked up by it
   * @param digest SHA-256 of the prepared data
   */
  public record Data(String name, String digest, int train, int validation, int test) {}

  /**
   * One of the four stages.
   *
   * @param key digest of all that its result depends on
   * @param status ran, cached, resumed or skipped
   * @param seconds that it took when it ran last; 0 where it was skipped
   */
  public record Stage(String name, String key, String status, double seconds) {}

  /**
   * @param samples importance samples for each of {@code images} test images
   */
  public record Evaluation(int samples, int images) {}

  /** What was measured while training. */
  public record Curve(
      List<TrainingListener.Step> steps, List<TrainingListener.Validation> validations) {
    public static final Curve EMPTY = new Curve(List.of(), List.of());

    public Curve {
      steps = List.copyOf(steps);
      validations = List.copyOf(validations);
    }

    public boolean isEmpty() {
      return steps.isEmpty() && validations.isEmpty();
    }
  }

  /**
   * @param gitCommit null where the program does not run from a checkout
   */
  public record Versions(String flowpp, String java, String libtorch, @Nullable String gitCommit) {}
}
