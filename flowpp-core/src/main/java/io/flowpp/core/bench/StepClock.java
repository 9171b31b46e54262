package io.flowpp.core.bench;

import io.flowpp.core.kernel.KernelTimes;
import io.flowpp.core.train.FlowTrainer;
import io.flowpp.core.train.TrainingListener;
import io.flowpp.core.train.TrainingRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Trains on random images and takes the time from the end of each step to that of the next. */
final class StepClock implements TrainingListener {
  /** Enough to hold every shape once; the initialisation is no part of a step. */
  private static final int IMAGES = 64;

  private final int warmup;
  private final int repeats;
  private final List<Double> seconds = new ArrayList<>();
  private final KernelTimes kernels = new KernelTimes();
  private Map<String, Double> calls = Map.of();
  private long last;
  private OptionalLong peakBytes = OptionalLong.empty();

  private StepClock(int warmup, int repeats) {
    this.warmup = warmup;
    this.repeats = repeats;
  }

  static StepClock of(BenchRequest request) {
    StepClock clock = new StepClock(request.warmup(), request.repeats());
    int images = Math.max(IMAGES, request.images());
    RandomImages source = RandomImages.of(request.model().shape(), request.model().bits(), images);
    FlowTrainer.train(
        new TrainingRequest(
            request.model(),
            request.training(),
            source,
            source,
            0,
            request.scratch(),
            null,
            request.device(),
            request.threads()),
        clock,
        () -> clock.seconds.size() >= request.warmup() + request.repeats(),
        clock.kernels);
    return clock;
  }

  Times times() {
    return new Times(seconds.subList(warmup, warmup + repeats));
  }

  Map<String, Double> calls() {
    return calls;
  }

  OptionalLong peakBytes() {
    return peakBytes;
  }

  @Override
  public void started(int step, int steps) {
    kernels.clear();
    last = System.nanoTime();
  }

  @Override
  public void step(Step step) {
    long now = System.nanoTime();
    seconds.add((now - last) / 1e9);
    if (seconds.size() == warmup) {
      kernels.clear();
    }
    calls = kernels.seconds();
    // before the checkpoint that ends a training
    peakBytes = PeakMemory.resident();
    last = System.nanoTime();
  }

  @Override
  public void validated(Validation validation) {}

  @Override
  public void checkpointed(int step, Path directory) {}
}
