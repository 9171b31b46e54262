package io.flowpp.platform.execution;

import com.google.inject.Inject;
import io.flowpp.core.bench.BenchRequest;
import io.flowpp.core.bench.Benchmarks;
import io.flowpp.core.bench.Measured;
import io.flowpp.core.spec.FlopCount;
import io.flowpp.core.spec.ParameterCount;
import io.flowpp.core.train.DivergedException;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.LoadedExperiment;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.device.Compute;
import io.flowpp.platform.device.DeviceLease;
import io.flowpp.platform.device.Devices;
import io.flowpp.platform.device.Tf32;
import io.flowpp.platform.workspace.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Measures how fast an experiment's model is on this machine, on random images. */
public final class MeasureSpeed {
  private static final String INVERSE = "mixture_inverse";

  private final Devices devices;

  @Inject
  MeasureSpeed(Devices devices) {
    this.devices = devices;
  }

  /** What is measured. */
  public enum What {
    STEP,
    EVALUATE,
    SAMPLE,
    DATA
  }

  /**
   * @param experiment its training's batch is the number of images of a repeat
   * @param warmup repeats before those that count
   */
  public record Request(What what, LoadedExperiment experiment, int warmup, int repeats) {}

  /**
   * @param peakRssBytes resident memory of the process at its peak; null where the system does not
   *     tell
   * @param heapBytes what Java's heap has of it
   * @param gflops 10^9 operations of matrix products a second
   * @param flops operations of a repeat
   * @param gemmGflops the machine's own speed with a large product, all threads
   * @param convGflops with a 3x3 convolution from 192 to 96 channels
   * @param convBackwardGflops with its gradients
   * @param kernelMs a repeat's milliseconds in each kernel, all threads added up; empty for reading
   * @param inverseShare of sampling: time in the numeric inverse by that in all else, which is the
   *     networks
   * @param stepImagesPerSecond what training takes, beside what reading gives; null elsewhere
   * @param load mean number of processes that wanted a core during the last minute; null where the
   *     system does not tell
   */
  public record Answer(
      String what,
      String name,
      String device,
      int threads,
      int batch,
      int warmup,
      int repeats,
      String precision,
      String memory,
      long parameters,
      double medianMs,
      double minMs,
      double imagesPerSecond,
      @Nullable Long peakRssBytes,
      long heapBytes,
      double gflops,
      FlopCount flops,
      double gemmGflops,
      double convGflops,
      double convBackwardGflops,
      Map<String, Double> kernelMs,
      @Nullable Double inverseShare,
      @Nullable Double stepImagesPerSecond,
      @Nullable Double load) {}

  /**
   * @throws UserFault where the training diverges, or the device is not there
   */
  public Answer measure(Request request) {
    var execution = request.experiment().config().execution();
    boolean steps = request.what() == What.STEP;
    try (DeviceLease lease =
        steps
            ? devices.lease(execution.device(), execution.threads())
            : devices.leaseOne(execution.device(), execution.threads())) {
      Compute compute = lease.compute();
      boolean tf32 = request.experiment().config().training().compute().tf32();
      Tf32.require("training.tf32", tf32, compute, System.getenv());
      Path scratch = Files.createTempDirectory("flowpp-bench");
      try {
        BenchRequest bench =
            new BenchRequest(
                request.experiment().config().model(),
                request.experiment().config().training(),
                compute.device(),
                compute.threads(),
                request.warmup(),
                request.repeats(),
                scratch);
        Measured measured = measured(request.what(), bench);
        Double step = null;
        if (request.what() == What.DATA) {
          step = Benchmarks.step(bench.in(scratch.resolve("training"))).imagesPerSecond();
        }
        return answer(request, compute, measured, step);
      } finally {
        Trees.delete(scratch);
      }
    } catch (DivergedException e) {
      throw diverged(e, null, "lower training.optimizer.learning-rate");
    } catch (IOException e) {
      throw new UncheckedIOException("a folder for temporary files", e);
    }
  }

  static UserFault diverged(DivergedException e, @Nullable String where, String advice) {
    return new UserFault(
        ExitCode.FAILED, "diverged", String.valueOf(e.getMessage()), where, advice, e);
  }

  private static Measured measured(What what, BenchRequest bench) {
    return switch (what) {
      case STEP -> Benchmarks.step(bench);
      case EVALUATE -> Benchmarks.evaluate(bench);
      case SAMPLE -> Benchmarks.sample(bench);
      case DATA -> Benchmarks.data(bench);
    };
  }

  private static Answer answer(
      Request request, Compute compute, Measured measured, @Nullable Double step) {
    var config = request.experiment().config();
    var training = request.experiment().tree().path("training");
    Map<String, Double> kernels = new TreeMap<>();
    measured.calls().forEach((name, s) -> kernels.put(name, 1e3 * s / request.repeats()));
    OptionalLong peak = measured.peakBytes();
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return new Answer(
        request.what().name().toLowerCase(java.util.Locale.ROOT),
        config.name(),
        compute.device(),
        compute.threads(),
        measured.images(),
        request.warmup(),
        request.repeats(),
        training.path("precision").asText(),
        training.path("memory").asText(),
        ParameterCount.of(config.model()).total(),
        1e3 * measured.times().median(),
        1e3 * measured.times().min(),
        measured.imagesPerSecond(),
        peak.isPresent() ? peak.getAsLong() : null,
        measured.heapBytes(),
        measured.gigaflops(),
        measured.flops(),
        measured.machine().gemm(),
        measured.machine().convolution(),
        measured.machine().convolutionBackward(),
        kernels,
        request.what() == What.SAMPLE ? inverseShare(kernels) : null,
        step,
        load < 0 ? null : load);
  }

  /** 0 where couplings have a closed inverse. */
  private static double inverseShare(Map<String, Double> kernels) {
    double all = kernels.values().stream().mapToDouble(Double::doubleValue).sum();
    double inverse = kernels.getOrDefault(INVERSE, 0.);
    return inverse == 0 ? 0 : inverse / (all - inverse);
  }
}
