package io.flowpp.platform.config;

import io.flowpp.core.spec.ImageShape;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.PretrainingSpec;
import io.flowpp.core.spec.TrainingSpec;
import org.jspecify.annotations.Nullable;

/**
 * One experiment, checked and complete: what an experiment file with its presets and overrides
 * means.
 */
public record ExperimentConfig(
    String name,
    long seed,
    Data data,
    ModelSpec model,
    PretrainingSpec pretraining,
    TrainingSpec training,
    Evaluation evaluation,
    Execution execution,
    Tracking tracking) {

  /**
   * @param source a folder, relative to the experiment file, or absolute
   * @param format idx or cifar-binary
   * @param bits the images keep their {@code bits} highest bits
   * @param validation images at the end of the training set that are held out; null for its last
   *     tenth
   */
  public record Data(
      String source, String format, ImageShape shape, int bits, @Nullable Integer validation) {}

  /**
   * @param samples importance samples per image
   * @param images test images that are scored, from the front; null for all
   * @param seed of the samples, independent of the experiment's seed
   * @param grid images of the sample grid
   */
  public record Evaluation(int samples, @Nullable Integer images, long seed, int grid) {}

  /**
   * @param runner direct, flink or spark
   * @param device auto, cpu or cuda:N, or several separated by commas
   * @param threads intra-op threads of the native library; null for the machine's cores
   */
  public record Execution(String runner, String device, @Nullable Integer threads) {}

  /**
   * @param experiment the MLflow experiment that the runs stand under
   * @param checkpoints of a training that are uploaded: so many of the last, and the best; 0: none
   * @param register the registered model that a finished run becomes a version of; null for none
   * @param systemMetricsEvery seconds between two samples of the machine; 0 for none
   * @param sampleGrids pictures of samples that are drawn while the flow trains; 0 for none
   */
  public record Tracking(
      String experiment,
      int checkpoints,
      @Nullable String register,
      int systemMetricsEvery,
      int sampleGrids) {}
}
