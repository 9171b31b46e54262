package io.flowpp.core.bench;

import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.TrainingSpec;
import java.nio.file.Path;

/**
 * What is to be measured, and how often.
 *
 * @param training its rules; its batch is the number of images that each repeat takes
 * @param device {@code auto}, {@code cpu} or {@code cuda:N}; for steps perhaps several separated by
 *     commas
 * @param warmup repeats before those that count
 * @param scratch an empty folder for files that nobody needs afterwards
 */
public record BenchRequest(
    ModelSpec model,
    TrainingSpec training,
    String device,
    int threads,
    int warmup,
    int repeats,
    Path scratch) {
  public BenchRequest {
    if (warmup < 0 || repeats < 1) {
      throw new IllegalArgumentException(
          warmup + " repeats to warm up and " + repeats + " to count: at least 0 and 1");
    }
  }

  /** The same with another folder. */
  public BenchRequest in(Path folder) {
    return new BenchRequest(model, training, device, threads, warmup, repeats, folder);
  }

  int images() {
    return training.batch();
  }
}
