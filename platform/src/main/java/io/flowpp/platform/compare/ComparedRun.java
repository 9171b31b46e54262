package io.flowpp.platform.compare;

import io.flowpp.core.evaluate.ImageScore;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A finished run as it enters a comparison.
 *
 * @param parameters its configuration, flat, and what its sweep calls it by ({@code ablation})
 * @param dataDigest of the prepared images
 * @param weightsSha256 of the final averaged weights
 * @param samples importance samples an image
 * @param evaluationSeed of the evaluation's noise
 * @param modelParameters weights of dequantizer and flow
 * @param pretrainingSeconds 0 where there was none
 * @param scores of the test images, by index
 * @param curve bits/dim on validation images while it trained, earliest first
 */
public record ComparedRun(
    String runId,
    String name,
    long seed,
    Map<String, String> parameters,
    String dataDigest,
    String weightsSha256,
    int samples,
    long evaluationSeed,
    long modelParameters,
    double pretrainingSeconds,
    double trainingSeconds,
    Map<String, Double> metrics,
    List<ImageScore> scores,
    List<Point> curve) {

  /**
   * @param step of the joint training
   * @param seconds of training until then, pretraining counted
   * @param bitsPerDim on the validation images, averaged weights
   */
  public record Point(int step, double seconds, double bitsPerDim) {}

  public ComparedRun {
    parameters = new TreeMap<>(parameters);
    metrics = new TreeMap<>(metrics);
    scores = List.copyOf(scores);
    curve = List.copyOf(curve);
  }
}
