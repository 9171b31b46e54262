package io.flowpp.platform.sweep;

import com.google.inject.Inject;
import io.flowpp.core.device.FreeMemory;
import io.flowpp.platform.config.ExperimentConfig;
import io.flowpp.platform.config.ExperimentLoader;
import io.flowpp.platform.config.LoadedExperiment;
import io.flowpp.platform.execution.Calibration;
import io.flowpp.platform.execution.Plan;
import io.flowpp.platform.execution.PlannedStage;
import io.flowpp.platform.execution.Planner;
import io.flowpp.platform.stage.StageName;
import io.flowpp.platform.sweep.SweepPlan.Standing;
import io.flowpp.platform.sweep.SweepPlan.Trial;
import io.flowpp.platform.workspace.StageKey;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Says what a sweep would do and cost; begins nothing. */
public final class PlanSweep {
  private final Planner planner;
  private final Calibration calibration;

  @Inject
  public PlanSweep(Planner planner, Calibration calibration) {
    this.planner = planner;
    this.calibration = calibration;
  }

  /**
   * @param status of each trial
   * @param calibrate null to measure nothing, else hears of each model before it is measured
   */
  public SweepPlan plan(
      SweepSpec spec,
      Function<TrialSpec, TrialStatus> status,
      @Nullable Consumer<String> calibrate) {
    Map<List<Object>, Calibration.Seconds> measured = new HashMap<>();
    Set<StageKey> earlier = new HashSet<>();
    List<Trial> trials = new ArrayList<>();
    boolean evaluationKnown = true;
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    for (TrialSpec trial : spec.trials()) {
      LoadedExperiment loaded =
          ExperimentLoader.standalone(trial.name(), trial.config(), List.of());
      Plan plan = planner.plan(loaded);
      Map<StageName, Standing> stages = stages(plan, earlier);
      evaluationKnown &= loaded.config().evaluation().images() != null;
      Double seconds = null;
      if (calibrate != null) {
        seconds = seconds(loaded.config(), stages, speed(trial, loaded, measured, calibrate));
      }
      trials.add(new Trial(trial, status.apply(trial), plan, stages, seconds));
    }
    int atOnce = spec.limits().maxConcurrent();
    return new SweepPlan(
        spec,
        trials,
        calibrate == null ? null : together(trials, atOnce),
        memory(trials, atOnce),
        FreeMemory.bytes(),
        measured.size(),
        measured.values().stream().allMatch(Calibration.Seconds::wholeBatch),
        evaluationKnown,
        load);
  }

  private static Map<StageName, Standing> stages(Plan plan, Set<StageKey> earlier) {
    Map<StageName, Standing> stages = new EnumMap<>(StageName.class);
    for (PlannedStage stage : plan.stages()) {
      StageKey key = stage.key();
      Standing standing;
      if (stage.skipped()) {
        standing = Standing.SKIPPED;
      } else if (key == null) {
        standing = Standing.UNKNOWN;
      } else if (stage.cached()) {
        standing = Standing.CACHED;
      } else {
        standing = earlier.add(key) ? Standing.TO_DO : Standing.SHARED;
      }
      stages.put(stage.stage(), standing);
    }
    return stages;
  }

  /** Measures each model, batch and kind of computing once. */
  private Calibration.Seconds speed(
      TrialSpec trial,
      LoadedExperiment loaded,
      Map<List<Object>, Calibration.Seconds> measured,
      Consumer<String> calibrate) {
    ExperimentConfig config = loaded.config();
    List<Object> kind =
        List.of(config.model(), config.training().batch(), config.training().compute());
    return measured.computeIfAbsent(
        kind,
        k -> {
          calibrate.accept(trial.name());
          return calibration.measure(trial.name(), trial.config());
        });
  }

  /** Steps of the training, and the bounds of the evaluation where their number is known. */
  private static double seconds(
      ExperimentConfig config, Map<StageName, Standing> stages, Calibration.Seconds speed) {
    double seconds = 0;
    if (isLeft(stages, StageName.TRAIN_FLOW)) {
      seconds += config.training().steps() * speed.step();
    }
    Integer images = config.evaluation().images();
    if (images != null && isLeft(stages, StageName.EVALUATE)) {
      // As many training images are scored beside the test images.
      seconds += 2.0 * images * config.evaluation().samples() * speed.bound();
    }
    return seconds;
  }

  private static boolean isLeft(Map<StageName, Standing> stages, StageName stage) {
    Standing standing = stages.get(stage);
    return standing == Standing.TO_DO || standing == Standing.UNKNOWN;
  }

  /** When the last trial ends, each being begun in its turn by whoever is free first. */
  private static double together(List<Trial> trials, int atOnce) {
    PriorityQueue<Double> free = new PriorityQueue<>();
    for (int slot = 0; slot < Math.min(atOnce, trials.size()); slot++) {
      free.add(0.);
    }
    double end = 0;
    for (Trial trial : trials) {
      boolean begun =
          trial.status() == TrialStatus.PENDING || trial.status() == TrialStatus.RUNNING;
      double seconds = trial.seconds() == null || !begun ? 0 : trial.seconds();
      double ends = free.remove() + seconds;
      free.add(ends);
      end = Math.max(end, ends);
    }
    return end;
  }

  private static long memory(List<Trial> trials, int atOnce) {
    return trials.stream()
        .map(trial -> trial.plan().memory().total())
        .sorted(Comparator.reverseOrder())
        .limit(atOnce)
        .mapToLong(Long::longValue)
        .sum();
  }
}
