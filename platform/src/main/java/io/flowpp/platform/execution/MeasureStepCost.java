package io.flowpp.platform.execution;

import io.flowpp.core.bench.BenchRequest;
import io.flowpp.core.bench.Benchmarks;
import io.flowpp.core.bench.StepCost;
import io.flowpp.core.train.DivergedException;
import io.flowpp.platform.config.ExperimentConfig;
import io.flowpp.platform.config.ExperimentLoader;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.workspace.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Measures what a training step of an experiment costs the processor and how much memory its
 * training holds: on the CPU, by one thread, on random images. The whole work of a process, since
 * what was done before would count as memory.
 */
public final class MeasureStepCost {
  private static final int LEAST_WARMUP = 5;
  private static final int LEAST_ROUNDS = 15;

  private MeasureStepCost() {}

  /**
   * @param products 512 x 512 matrix products that a step costs as much as
   * @param stepMs of the processor
   * @param productMs of the processor
   * @param peakBytes null where the system does not tell
   */
  public record Answer(
      double products, double stepMs, double productMs, @Nullable Long peakBytes, int rounds) {}

  /**
   * @param file a configuration that was written out whole
   * @throws UserFault where the training diverges
   */
  public static Answer measure(Path file) {
    try {
      List<String> settings = new ArrayList<>(Calibration.STEPS_ALONE);
      settings.add("training.steps=1000000"); // more than are measured
      ExperimentConfig config =
          ExperimentLoader.standalone(file.toString(), Files.readString(file), settings).config();
      Path scratch = Files.createTempDirectory("flowpp-step-cost");
      try {
        return answer(
            Benchmarks.stepCost(
                new BenchRequest(
                    config.model(),
                    config.training(),
                    "cpu",
                    1,
                    LEAST_WARMUP,
                    LEAST_ROUNDS,
                    scratch)));
      } finally {
        Trees.delete(scratch);
      }
    } catch (DivergedException e) {
      throw MeasureSpeed.diverged(e, null, "lower training.optimizer.learning-rate");
    } catch (IOException e) {
      throw new UncheckedIOException("measuring " + file, e);
    }
  }

  private static Answer answer(StepCost cost) {
    Long peak = cost.peakBytes().isPresent() ? cost.peakBytes().getAsLong() : null;
    return new Answer(
        cost.products(),
        1e3 * cost.stepSeconds(),
        1e3 * cost.productSeconds(),
        peak,
        cost.rounds());
  }
}
