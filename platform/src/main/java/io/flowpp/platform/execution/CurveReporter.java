package io.flowpp.platform.execution;

import io.flowpp.core.train.TrainingListener.Step;
import io.flowpp.core.train.TrainingListener.Validation;
import io.flowpp.platform.stage.StageEvent;
import io.flowpp.platform.stage.TrainingCurve;
import io.flowpp.platform.tracking.TrackedRun;
import java.util.Map;

/**
 * Draws a training's curve in the tracker: live from its events, and once more from its output,
 * since a process that died may have taken steps with it that its last checkpoint holds. What the
 * tracker has already, it drops.
 */
final class CurveReporter {
  /** More points than this on one curve only cost the server. */
  private static final int POINTS = 2000;

  private final TrackedRun run;
  private final int steps;
  private final int every;

  CurveReporter(TrackedRun run, int steps) {
    this.run = run;
    this.steps = steps;
    this.every = Math.max(1, steps / POINTS);
  }

  void event(StageEvent event) {
    if (event instanceof StageEvent.Stepped stepped) {
      step(stepped.step());
    } else if (event instanceof StageEvent.Validated validated) {
      validation(validated.validation());
    }
  }

  void whole(TrainingCurve curve) {
    curve.steps().forEach(this::step);
    curve.validations().forEach(this::validation);
  }

  private void step(Step step) {
    if (step.step() % every == 0 || step.step() == 1 || step.step() == steps) {
      run.metrics(
          Map.of(
              "train/bpd", step.bitsPerDim(),
              "train/grad_norm", step.gradientNorm(),
              "train/lr", step.learningRate(),
              "perf/images_per_second", step.imagesPerSecond()),
          step.step());
    }
  }

  private void validation(Validation validation) {
    run.metrics(
        Map.of(
            "val/bpd", validation.bitsPerDim(),
            "val/dequantizer_entropy", validation.dequantizerEntropy()),
        validation.step());
  }
}
