package io.flowpp.platform.stage;

import io.flowpp.core.train.TrainingListener.Step;
import io.flowpp.core.train.TrainingListener.Validation;
import io.flowpp.core.train.TrainingResult;
import io.flowpp.platform.device.Compute;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The output of both trainings: {@code weights.safetensors} (EMA) and the curve.
 *
 * @param resumedFrom the step at which the process that finished it went on, 0 where one process
 *     did it all
 * @param compute where it was computed
 */
public record TrainedWeights(
    String weightsSha256,
    int steps,
    int resumedFrom,
    double seconds,
    Compute compute,
    Map<String, Double> metrics)
    implements StageOutput {

  private static final String FILE = "weights.safetensors";

  /** The weights' place in a stage's output. */
  public static Path in(Path output) {
    return output.resolve(FILE);
  }

  static TrainedWeights of(TrainingResult result, StageContext context) {
    if (result.cancelled()) {
      throw new StageCancelledException();
    }
    try {
      Files.copy(result.weights(), in(context.output()));
      TrainingCurve.of(result).write(context.output());
      TrainingIncidents.of(result).write(context.output());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new TrainedWeights(
        result.weightsSha256(),
        result.step(),
        result.resumedFrom(),
        result.seconds(),
        context.compute(),
        metrics(result));
  }

  private static Map<String, Double> metrics(TrainingResult result) {
    Map<String, Double> metrics = new TreeMap<>();
    List<Step> steps = result.curve();
    if (!steps.isEmpty()) {
      metrics.put("train/bpd", steps.get(steps.size() - 1).bitsPerDim());
      metrics.put("perf/images_per_second", medianSpeed(steps));
    }
    metrics.put("train/skipped", (double) result.skips().size());
    metrics.put("train/returns", (double) result.returns().size());
    List<Validation> validations = result.validations();
    if (!validations.isEmpty()) {
      Validation last = validations.get(validations.size() - 1);
      metrics.put("val/bpd", last.bitsPerDim());
      metrics.put("val/dequantizer_entropy", last.dequantizerEntropy());
      validations.stream()
          .mapToDouble(Validation::bitsPerDim)
          .filter(Double::isFinite)
          .min()
          .ifPresent(best -> metrics.put("best/val_bpd", best));
    }
    return metrics;
  }

  private static double medianSpeed(List<Step> steps) {
    double[] speeds = steps.stream().mapToDouble(Step::imagesPerSecond).sorted().toArray();
    return speeds[speeds.length / 2];
  }
}
