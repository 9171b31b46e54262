package io.flowpp.core.bench;

import io.flowpp.core.device.ComputeDevice;
import io.flowpp.core.spec.FlopCount;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.OptionalLong;

/** Measures what a user waits for, through the classes that they would call. */
public final class Benchmarks {
  private Benchmarks() {}

  /**
   * Whole training steps: forward, backward, clip, Adam, moving average.
   *
   * @throws RuntimeException as {@link io.flowpp.core.train.FlowTrainer#train}
   */
  public static Measured step(BenchRequest request) {
    StepClock clock = StepClock.of(request);
    FlopCount flops = FlopCount.step(request.model(), request.images());
    return measured(request, clock.times(), flops, clock.peakBytes(), clock.calls());
  }

  /** The one-sample bound of a batch, as evaluation computes it. */
  public static Measured evaluate(BenchRequest request) {
    FlopCount flops = FlopCount.bound(request.model()).times(request.images());
    try (StartedModel model = StartedModel.of(request)) {
      Times times = bound(request, model);
      return measured(request, times, flops, PeakMemory.resident(), model.calls());
    }
  }

  private static Times bound(BenchRequest request, StartedModel model) {
    RandomImages images =
        RandomImages.of(request.model().shape(), request.model().bits(), request.images());
    return model.times(
        request, evaluator -> evaluator.score(images, 0, images.size(), 1, 0, () -> false));
  }

  /** Images drawn through the inverse of the flow. */
  public static Measured sample(BenchRequest request) {
    FlopCount flops = FlopCount.flow(request.model()).times(request.images());
    try (StartedModel model = StartedModel.of(request)) {
      Times times = model.times(request, evaluator -> evaluator.sample(request.images(), 0, 1));
      return measured(request, times, flops, PeakMemory.resident(), model.calls());
    }
  }

  /** Seconds of a whole training step: the median, without the machine's own speed beside it. */
  public static double stepSeconds(BenchRequest request) {
    return StepClock.of(request).times().median();
  }

  /**
   * What a training step costs on a CPU beside matrix products. The request's numbers of repeats
   * are least numbers: short steps are repeated until seconds have been measured, as far as the
   * training has steps.
   *
   * @throws RuntimeException as {@link io.flowpp.core.train.FlowTrainer#train}
   */
  public static StepCost stepCost(BenchRequest request) {
    return CostClock.of(request);
  }

  /** Seconds of the one-sample bound of an image, in batches. */
  public static double boundSeconds(BenchRequest request) {
    try (StartedModel model = StartedModel.of(request)) {
      return bound(request, model).median() / request.images();
    }
  }

  /** Reading batches from mapped shards. */
  public static Measured data(BenchRequest request) {
    Times times = ReadingClock.of(request);
    return measured(request, times, FlopCount.NONE, PeakMemory.resident(), Map.of());
  }

  private static Measured measured(
      BenchRequest request,
      Times times,
      FlopCount flops,
      OptionalLong peakBytes,
      Map<String, Double> calls) {
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
    return new Measured(
        times,
        request.images(),
        flops,
        peakBytes,
        heap,
        calls,
        MachineSpeed.measure(ComputeDevice.list(request.device()).get(0), request.threads()));
  }
}
