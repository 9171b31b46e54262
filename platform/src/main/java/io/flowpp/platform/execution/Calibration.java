package io.flowpp.platform.execution;

import com.google.inject.Inject;
import io.flowpp.core.bench.BenchRequest;
import io.flowpp.core.bench.Benchmarks;
import io.flowpp.core.spec.FlopCount;
import io.flowpp.core.train.DivergedException;
import io.flowpp.platform.config.ExperimentConfig;
import io.flowpp.platform.config.ExperimentLoader;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.device.Compute;
import io.flowpp.platform.device.DeviceLease;
import io.flowpp.platform.device.Devices;
import io.flowpp.platform.workspace.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds out how long an experiment's steps take here, by a few of them on random images. */
public final class Calibration {
  /** What must not be measured with the steps. */
  static final List<String> STEPS_ALONE =
      List.of(
          "training.steps=1000", // more than are measured
          "training.init-batch=2",
          "training.validate-every=0",
          "training.patience=0",
          "training.result=last",
          "training.checkpoint-every=0");

  /** Operations of a step beyond which a CPU measures a part of the batch: seconds, not minutes. */
  private static final double LARGE = 2e11;

  /** Below it a step is so short that Java is still compiling after two. */
  private static final double SMALL = 5e10;

  private final Devices devices;

  @Inject
  Calibration(Devices devices) {
    this.devices = devices;
  }

  /**
   * @param step seconds of a training step
   * @param bound seconds of the one-sample bound of one image
   * @param wholeBatch whether the steps had a whole batch; else its part was scaled up
   */
  public record Seconds(double step, double bound, boolean wholeBatch) {}

  /**
   * Measures with the experiment's own threads, with nothing beside it.
   *
   * @param name what a problem calls it
   * @param config as {@link io.flowpp.platform.config.LoadedExperiment#standalone} has it
   * @throws UserFault where the training diverges, or the device is not there
   */
  public Seconds measure(String name, String config) {
    ExperimentConfig experiment = ExperimentLoader.standalone(name, config, STEPS_ALONE).config();
    var execution = experiment.execution();
    try (DeviceLease lease = devices.lease(execution.device(), execution.threads())) {
      Path scratch = Files.createTempDirectory("flowpp-calibration");
      try {
        Compute compute = lease.compute();
        double work = FlopCount.step(experiment.model(), experiment.training().batch()).total();
        int images = images(experiment, compute, work);
        List<String> settings = new ArrayList<>(STEPS_ALONE);
        settings.add("training.batch=" + images);
        return measure(
            ExperimentLoader.standalone(name, config, settings).config(),
            experiment.training().batch(),
            compute,
            work,
            scratch);
      } finally {
        Trees.delete(scratch);
      }
    } catch (DivergedException e) {
      throw MeasureSpeed.diverged(
          e, name, "lower training.optimizer.learning-rate, or plan with --no-calibration");
    } catch (IOException e) {
      throw new UncheckedIOException("a folder for temporary files", e);
    }
  }

  /** How many are measured at once: a whole batch, or a part of a large one. */
  private static int images(ExperimentConfig config, Compute compute, double work) {
    int batch = config.training().batch();
    if (work <= LARGE || !compute.device().equals("cpu")) {
      return batch;
    }
    return Math.min(batch, Math.max(compute.threads(), (int) (batch * LARGE / work)));
  }

  private static Seconds measure(
      ExperimentConfig config, int batch, Compute compute, double work, Path scratch) {
    int images = config.training().batch();
    boolean whole = images == batch;
    BenchRequest request =
        new BenchRequest(
            config.model(),
            config.training(),
            compute.device(),
            compute.threads(),
            whole ? work < SMALL ? 10 : 2 : 1,
            whole ? work < SMALL ? 15 : 3 : 1,
            scratch);
    double step = Benchmarks.stepSeconds(request) * batch / images;
    return new Seconds(step, Benchmarks.boundSeconds(request), whole);
  }
}
