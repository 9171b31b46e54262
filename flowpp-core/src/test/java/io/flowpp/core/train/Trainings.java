package io.flowpp.core.train;

import io.flowpp.core.data.ImageSource;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.OptimizerSpec;
import io.flowpp.core.spec.ScheduleSpec;
import io.flowpp.core.spec.TrainingSpec;
import io.flowpp.core.testing.Specs;
import io.flowpp.core.testing.SyntheticImages;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Trainings of a tiny model with dropout, and what is heard of them. */
final class Trainings {
  static final ModelSpec MODEL =
      Specs.tiny(1, Specs.mixture(2, Specs.conditioner(4, 1, Specs.ATTENTION, .2)));
  static final long SEED = 7;
  static final int BATCH = 6;
  static final int IMAGES = 50;
  static final BooleanSupplier NEVER = () -> false;

  private Trainings() {}

  /** Remembers what it hears. */
  static class Heard implements TrainingListener {
    final List<Integer> starts = new ArrayList<>();
    final List<Step> steps = new ArrayList<>();
    final List<Validation> validations = new ArrayList<>();
    final List<Integer> checkpoints = new ArrayList<>();
    final List<Skip> skips = new ArrayList<>();
    final List<Return> returns = new ArrayList<>();
    final List<String> notices = new ArrayList<>();

    @Override
    public void started(int step, int steps) {
      starts.add(step);
    }

    @Override
    public void step(Step step) {
      steps.add(step);
    }

    @Override
    public void validated(Validation validation) {
      validations.add(validation);
    }

    @Override
    public void checkpointed(int step, Path directory) {
      checkpoints.add(step);
    }

    @Override
    public void skipped(Skip skip) {
      skips.add(skip);
    }

    @Override
    public void returned(Return gone) {
      returns.add(gone);
    }

    @Override
    public void noticed(String message) {
      notices.add(message);
    }
  }

  static TrainingSpec spec(int steps) {
    return spec(steps, 2e-3);
  }

  static TrainingSpec spec(int steps, double rate) {
    return new TrainingSpec(
        steps,
        BATCH,
        16,
        new OptimizerSpec(rate, .9, .999, 1e-8),
        new ScheduleSpec.Constant(0),
        .9,
        1,
        2,
        10,
        2);
  }

  static TrainingRequest request(Path directory, TrainingSpec training, int threads) {
    return request(directory, training, threads, new SyntheticImages(MODEL.shape(), IMAGES, 1));
  }

  static TrainingRequest request(
      Path directory, TrainingSpec training, int threads, ImageSource images) {
    return new TrainingRequest(
        MODEL,
        training,
        images,
        new SyntheticImages(MODEL.shape(), IMAGES, 2),
        SEED,
        directory,
        null,
        "cpu",
        threads);
  }

  static TrainingResult run(TrainingRequest request, TrainingListener listener) {
    return run(request, listener, Batches::of, NEVER);
  }

  static TrainingResult run(
      TrainingRequest request,
      TrainingListener listener,
      BatchReader reader,
      BooleanSupplier cancelled) {
    try (TrainingLoop loop =
        new TrainingLoop(
            request, FlowPlusPlus.build(request.model()), Objective.BOUND, listener, reader)) {
      return loop.run(cancelled);
    }
  }

  static List<Double> losses(TrainingResult result) {
    return result.curve().stream().map(TrainingListener.Step::bitsPerDim).toList();
  }
}
