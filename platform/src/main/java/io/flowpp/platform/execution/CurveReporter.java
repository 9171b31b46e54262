package io.flowpp.platform.execution;

import io.flowpp.core.train.TrainingListener.Return;
import io.flowpp.core.train.TrainingListener.Skip;
import io.flowpp.core.train.TrainingListener.Step;
import io.flowpp.core.train.TrainingListener.Validation;
import io.flowpp.platform.stage.StageEvent;
import io.flowpp.platform.stage.TrainingCurve;
import io.flowpp.platform.stage.TrainingIncidents;
import io.flowpp.platform.tracking.TrackedRun;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Draws a training's curve in the tracker: live from its events, and once more from its output,
 * since a process that died may have taken steps with it that its last checkpoint holds. What the
 * tracker has already, it drops.
 */
final class CurveReporter {
  /** More points than this on one curve only cost the server. */
  private static final int POINTS = 2000;

  /** The page's slider stands at step 0 at first, so there is something to be seen there. */
  static final String PICTURES = "samples by step - 0 is data";

  private final TrackedRun run;
  private final @Nullable TrackedRun whole;
  private final int steps;
  private final int every;

  /**
   * @param whole the run above, which shows how the training goes where only it is looked at; null
   *     for a training that is not the experiment's own
   */
  CurveReporter(TrackedRun run, @Nullable TrackedRun whole, int steps) {
    this.run = run;
    this.whole = whole;
    this.steps = steps;
    this.every = Math.max(1, steps / POINTS);
  }

  void event(StageEvent event) {
    if (event instanceof StageEvent.Stepped stepped) {
      step(stepped.step());
    } else if (event instanceof StageEvent.Validated validated) {
      validation(validated.validation());
    } else if (event instanceof StageEvent.Skipped skipped) {
      skip(skipped.skip());
    } else if (event instanceof StageEvent.Returned returned) {
      gone(returned.gone());
    } else if (event instanceof StageEvent.Pictured pictured) {
      picture(pictured.step(), pictured.file());
    } else if (event instanceof StageEvent.Noticed noticed) {
      run.tag("flowpp.notice", noticed.message());
    }
  }

  void whole(TrainingCurve curve, TrainingIncidents incidents, SortedMap<Integer, Path> pictures) {
    curve.steps().forEach(this::step);
    curve.validations().forEach(this::validation);
    incidents.skips().forEach(this::skip);
    incidents.returns().forEach(this::gone);
    pictures.forEach(this::picture);
  }

  private void picture(int step, Path file) {
    run.image(PICTURES, step, file);
    if (whole != null) {
      whole.image(PICTURES, step, file);
    }
  }

  /** A curve of counts, and in words the last one. */
  private void skip(Skip skip) {
    run.metric("train/skipped", skip.total(), skip.step());
    run.tag(
        "flowpp.skipped",
        skip.total() + " steps, the last at " + skip.step() + ": " + skip.reason());
  }

  private void gone(Return gone) {
    run.metric("train/returns", gone.total(), gone.from());
    run.tag(
        "flowpp.returns",
        String.format(
            Locale.ROOT,
            "%d, the last from step %d to %d, learning rate times %.3g from there on; the curve between them is of the way that was left: %s",
            gone.total(),
            gone.from(),
            gone.to(),
            gone.rateFactor(),
            gone.reason()));
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
    if (whole != null) {
      whole.metric("val/bpd", validation.bitsPerDim(), validation.step());
    }
  }
}
