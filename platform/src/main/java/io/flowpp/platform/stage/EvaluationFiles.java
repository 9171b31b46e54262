package io.flowpp.platform.stage;

import com.google.common.collect.Ordering;
import io.flowpp.core.evaluate.Floors;
import io.flowpp.core.evaluate.ImageScore;
import io.flowpp.core.evaluate.SampleGrid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What an evaluation leaves on disk: the scores of every image, the pictures, the floors. */
public record EvaluationFiles(
    List<ImageScore> test,
    List<ImageScore> train,
    SampleGrid samples,
    SampleGrid reconstructions,
    Floors floors) {
  private static final String TEST = "test-scores.json";
  private static final String TRAIN = "train-scores.json";
  private static final String SAMPLES = "samples.json";
  private static final String RECONSTRUCTIONS = "reconstructions.json";

  public EvaluationFiles {
    test = List.copyOf(test);
    train = List.copyOf(train);
  }

  static EvaluationFiles of(List<Evaluate.Part> parts) {
    return new EvaluationFiles(
        scores(parts, Evaluate.Kind.TEST),
        scores(parts, Evaluate.Kind.TRAIN),
        only(parts, Evaluate.Kind.SAMPLES, Evaluate.Part::grid),
        only(parts, Evaluate.Kind.RECONSTRUCTIONS, Evaluate.Part::grid),
        only(parts, Evaluate.Kind.FLOORS, Evaluate.Part::floors));
  }

  Evaluated write(Path output, int importanceSamples) {
    try {
      StageJson.writeFile(output.resolve(TEST), test);
      StageJson.writeFile(output.resolve(TRAIN), train);
      StageJson.writeFile(output.resolve(SAMPLES), samples);
      StageJson.writeFile(output.resolve(RECONSTRUCTIONS), reconstructions);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Evaluated(test.size(), importanceSamples, samples.leak(), floors, metrics());
  }

  public static EvaluationFiles read(Path output, Evaluated result) throws IOException {
    return new EvaluationFiles(
        List.of(StageJson.readFile(output.resolve(TEST), ImageScore[].class)),
        List.of(StageJson.readFile(output.resolve(TRAIN), ImageScore[].class)),
        StageJson.readFile(output.resolve(SAMPLES), SampleGrid.class),
        StageJson.readFile(output.resolve(RECONSTRUCTIONS), SampleGrid.class),
        result.floors());
  }

  private Map<String, Double> metrics() {
    double bound = mean(test, ImageScore::bitsPerDim);
    double elbo = mean(test, ImageScore::bitsPerDimElbo);
    Map<String, Double> metrics = new TreeMap<>();
    metrics.put("test/bpd", bound);
    metrics.put("test/bpd_elbo", elbo);
    metrics.put("test/dequantization_gap", elbo - bound);
    metrics.put("test/ess", mean(test, ImageScore::effectiveSamples));
    metrics.put("test/sample_leak", samples.leak());
    metrics.put("final/test_bpd", bound);
    metrics.put("final/train_bpd", mean(train, ImageScore::bitsPerDim));
    metrics.put("floor/order0", floors.order0());
    metrics.put("floor/per_pixel", floors.perPixel());
    metrics.put("floor/left_neighbour", floors.leftNeighbour());
    return metrics;
  }

  private static double mean(List<ImageScore> scores, ToDoubleFunction<ImageScore> value) {
    return scores.stream().mapToDouble(value).average().orElseThrow();
  }

  private static List<ImageScore> scores(List<Evaluate.Part> parts, Evaluate.Kind kind) {
    List<ImageScore> scores =
        parts.stream()
            .filter(part -> part.kind() == kind)
            .flatMap(part -> part.scores().stream())
            .toList();
    if (!Ordering.from(Comparator.comparingInt(ImageScore::index)).isStrictlyOrdered(scores)) {
      throw new IllegalStateException("scores of " + kind + " are out of order or repeated");
    }
    return scores;
  }

  private static <T> T only(
      List<Evaluate.Part> parts, Evaluate.Kind kind, Function<Evaluate.Part, @Nullable T> value) {
    return parts.stream()
        .filter(part -> part.kind() == kind)
        .map(part -> Objects.requireNonNull(value.apply(part), kind::name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no unit gave " + kind));
  }
}
