package io.flowpp.platform.compare;

import io.flowpp.core.evaluate.ImageScore;
import io.flowpp.core.random.CounterRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Runs that nobody trained: scores with a known mean, spread between images and seeds. */
final class Runs {
  static final int IMAGES = 40;

  private Runs() {}

  /** One seed of an arm, whose images are {@code bpd} bits/dim long on average. */
  static ComparedRun run(String arm, long seed, double bpd) {
    return run(arm, seed, bpd, IMAGES, "data");
  }

  static ComparedRun run(String arm, long seed, double bpd, int images, String data) {
    List<ImageScore> scores = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      double image =
          bpd + (i % 2 == 0 ? .5 : -.5) + .01 * (CounterRandom.below(i, seed, 100) / 50.0 - 1);
      scores.add(new ImageScore(i, i % 10, data + "-" + i, image, image + .02, 3.5));
    }
    Map<String, String> parameters = new TreeMap<>();
    parameters.put("ablation", arm);
    parameters.put("model.flow.coupling.kind", arm.equals("affine") ? "affine" : "mixture");
    parameters.put("training.steps", "100");
    parameters.put("seed", String.valueOf(seed));
    parameters.put("name", arm + seed);
    return new ComparedRun(
        arm + "-" + seed,
        arm,
        seed,
        parameters,
        data + "0123456789abcdef",
        "weights of " + arm + seed,
        4,
        0,
        1000,
        2,
        50,
        Map.of("test/bpd", bpd, "best/val_bpd", bpd + .1, "perf/images_per_second", 10.),
        scores,
        List.of(new ComparedRun.Point(50, 27, bpd + .5), new ComparedRun.Point(100, 52, bpd + .1)));
  }

  static ComparedRun with(ComparedRun run, String key, String value) {
    Map<String, String> parameters = new TreeMap<>(run.parameters());
    parameters.put(key, value);
    return copy(run, parameters, run.metrics(), run.samples(), run.curve(), run.modelParameters());
  }

  static ComparedRun withSamples(ComparedRun run, int samples) {
    return copy(run, run.parameters(), run.metrics(), samples, run.curve(), run.modelParameters());
  }

  /** The same test images, of data that were prepared otherwise; noise of another seed. */
  static ComparedRun otherwise(ComparedRun run, String dataDigest, long evaluationSeed) {
    return new ComparedRun(
        run.runId(),
        run.name(),
        run.seed(),
        run.parameters(),
        dataDigest,
        run.weightsSha256(),
        run.samples(),
        evaluationSeed,
        run.modelParameters(),
        run.pretrainingSeconds(),
        run.trainingSeconds(),
        run.metrics(),
        run.scores(),
        run.curve());
  }

  static ComparedRun withMetric(ComparedRun run, String name, double value) {
    Map<String, Double> metrics = new TreeMap<>(run.metrics());
    metrics.put(name, value);
    return copy(run, run.parameters(), metrics, run.samples(), run.curve(), run.modelParameters());
  }

  static ComparedRun withCurve(ComparedRun run, ComparedRun.Point... points) {
    return copy(
        run,
        run.parameters(),
        run.metrics(),
        run.samples(),
        List.of(points),
        run.modelParameters());
  }

  static ComparedRun withSize(ComparedRun run, long modelParameters) {
    return copy(run, run.parameters(), run.metrics(), run.samples(), run.curve(), modelParameters);
  }

  static CompareRequest request(List<ComparedRun> runs, String... by) {
    return new CompareRequest(
        runs,
        null,
        List.of(by),
        null,
        "test/bpd",
        null,
        CompareRequest.Images.REQUIRE_EQUAL,
        List.of(),
        null);
  }

  private static ComparedRun copy(
      ComparedRun run,
      Map<String, String> parameters,
      Map<String, Double> metrics,
      int samples,
      List<ComparedRun.Point> curve,
      long size) {
    return new ComparedRun(
        run.runId(),
        run.name(),
        run.seed(),
        parameters,
        run.dataDigest(),
        run.weightsSha256(),
        samples,
        run.evaluationSeed(),
        size,
        run.pretrainingSeconds(),
        run.trainingSeconds(),
        metrics,
        run.scores(),
        curve);
  }
}
