package io.flowpp.platform.execution;

import com.google.inject.Inject;
import io.flowpp.core.evaluate.Evaluator;
import io.flowpp.core.evaluate.LeakEstimate;
import io.flowpp.core.evaluate.Samples;
import io.flowpp.core.flow.DomainException;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.device.Compute;
import io.flowpp.platform.device.DeviceLease;
import io.flowpp.platform.device.Devices;
import io.flowpp.platform.report.SamplePicture;
import java.nio.file.Path;

/** Draws images from a trained run into a picture. */
public final class DrawSamples {
  private final TrainedRuns runs;
  private final Devices devices;

  @Inject
  DrawSamples(TrainedRuns runs, Devices devices) {
    this.runs = runs;
    this.devices = devices;
  }

  /**
   * @param temperature factor on the latent's standard deviation
   */
  public record Request(String run, int images, long seed, double temperature, Path file) {}

  /**
   * @param seconds of drawing, without loading the model
   * @param leak share of the samples with a value outside of the images' range before clipping
   * @param leakStandardError of that share
   */
  public record Drawn(
      String runId,
      int images,
      double temperature,
      double seconds,
      Path file,
      double leak,
      double leakStandardError) {}

  /**
   * @throws io.flowpp.platform.config.UserFault where the run is not there, or the file cannot be
   *     written
   */
  public Drawn draw(Request request) {
    SamplePicture picture = SamplePicture.at(request.file());
    TrainedRun run = runs.find(request.run());
    var execution = run.record().config().execution();
    try (DeviceLease lease = devices.leaseOne(execution.device(), execution.threads())) {
      Compute compute = lease.compute();
      try (Evaluator evaluator =
          Evaluator.open(run.model(), run.weights(), compute.device(), compute.threads())) {
        long begin = System.nanoTime();
        Samples samples = draw(evaluator, request, run);
        double seconds = (System.nanoTime() - begin) / 1e9;
        picture.write(samples.grid());
        LeakEstimate leak = samples.leak();
        return new Drawn(
            run.runId(),
            request.images(),
            request.temperature(),
            seconds,
            request.file(),
            leak.share(),
            leak.standardError());
      }
    }
  }

  private static Samples draw(Evaluator evaluator, Request request, TrainedRun run) {
    try {
      return evaluator.sample(request.images(), request.seed(), request.temperature());
    } catch (ArithmeticException | DomainException e) {
      throw new UserFault(
          ExitCode.FAILED,
          "not-finite",
          String.valueOf(e.getMessage()),
          run.runId(),
          "lower --temperature; if that does not help, the model has diverged",
          e);
    }
  }
}
