package io.flowpp.platform.compare;

import io.flowpp.core.evaluate.ImageScore;
import io.flowpp.core.spec.ParameterCount;
import io.flowpp.core.train.TrainingListener.Step;
import io.flowpp.core.train.TrainingListener.Validation;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.execution.FinishedRun;
import io.flowpp.platform.execution.FinishedRuns;
import io.flowpp.platform.stage.TrainingCurve;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads finished runs as they enter a comparison. */
public final class ComparedRuns {
  private final FinishedRuns runs;

  @Inject
  ComparedRuns(FinishedRuns runs) {
    this.runs = runs;
  }

  /**
   * @param reference as users name runs
   * @param called what its sweep calls it by, over the keys of its configuration
   * @throws UserFault where there is no such run, or it has not finished, or its scores are damaged
   */
  public ComparedRun find(String reference, Map<String, String> called) {
    return of(runs.find(reference), called);
  }

  public static ComparedRun of(FinishedRun run, Map<String, String> called) {
    Map<String, String> parameters = new TreeMap<>(run.parameters());
    parameters.putAll(called);
    double pretraining = run.pretrained() == null ? 0 : run.pretrained().seconds();
    var config = run.experiment().config();
    return new ComparedRun(
        run.record().runId(),
        run.record().name(),
        run.record().seed(),
        parameters,
        run.images().digest(),
        run.trained().weightsSha256(),
        run.evaluated().samples(),
        config.evaluation().seed(),
        ParameterCount.of(config.model()).total(),
        pretraining,
        run.trained().seconds(),
        run.result().metrics(),
        finite(run),
        curve(run.curve(), config.training().batch(), pretraining));
  }

  /**
   * The scores of a run's test images.
   *
   * @throws UserFault where one is no number
   */
  public static List<ImageScore> finite(FinishedRun run) {
    for (ImageScore score : run.scores()) {
      if (!Double.isFinite(score.bitsPerDim()) || !Double.isFinite(score.bitsPerDimElbo())) {
        throw new UserFault(
            ExitCode.USAGE,
            "not-finite",
            "test image "
                + score.index()
                + " has the score "
                + score.bitsPerDim()
                + " bits/dim (one-sample bound "
                + score.bitsPerDimElbo()
                + "), where a number is expected",
            run.record().runId(),
            "leave the run out; a training whose model gives such a score has diverged");
      }
    }
    return run.scores();
  }

  /** Validations with the time at which they were made: the time of all steps until then. */
  static List<ComparedRun.Point> curve(TrainingCurve curve, int batch, double before) {
    List<ComparedRun.Point> points = new ArrayList<>();
    double seconds = before;
    int next = 0;
    for (Validation validation : curve.validations()) {
      while (next < curve.steps().size() && curve.steps().get(next).step() <= validation.step()) {
        Step step = curve.steps().get(next++);
        seconds += batch / step.imagesPerSecond();
      }
      if (Double.isFinite(validation.bitsPerDim())) {
        points.add(new ComparedRun.Point(validation.step(), seconds, validation.bitsPerDim()));
      }
    }
    return points;
  }
}
