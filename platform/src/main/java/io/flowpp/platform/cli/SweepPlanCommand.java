package io.flowpp.platform.cli;

import com.google.inject.Guice;
import com.google.inject.Injector;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.execution.Calibration;
import io.flowpp.platform.execution.Planner;
import io.flowpp.platform.stage.StageName;
import io.flowpp.platform.sweep.PlanSweep;
import io.flowpp.platform.sweep.SweepControl;
import io.flowpp.platform.sweep.SweepPlan;
import io.flowpp.platform.sweep.SweepPlan.Standing;
import io.flowpp.platform.sweep.SweepResult;
import io.flowpp.platform.sweep.SweepSpec;
import io.flowpp.platform.sweep.TrialStatus;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flowpp sweep plan}: what a sweep would do and cost, without doing it. */
@Command(
    name = "plan",
    description = {
      "Show the trials of a sweep: size, memory, time, and what is done already.",
      "Times come from a few training steps of each model on random images."
    })
final class SweepPlanCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "FILE", description = "Sweep file (docs/SWEEPS.md).")
  private Path file = Path.of("");

  @Option(
      names = "--no-calibration",
      description = "Measure nothing and load nothing native: no times.")
  private boolean noCalibration;

  @Mixin private Output output = new Output();

  /** What {@code --json} prints. */
  record Answer(
      String sweep,
      List<Trial> trials,
      Map<String, Integer> counts,
      @Nullable String best,
      int maxConcurrent,
      int threads,
      @Nullable Double seconds,
      long memoryBytes,
      long freeBytes) {

    record Trial(
        String id,
        String name,
        Map<String, String> params,
        long seed,
        String status,
        int attempts,
        Map<String, Double> metrics,
        @Nullable String mlflowRunId,
        long parameters,
        long memoryBytes,
        @Nullable Double seconds,
        List<String> cached,
        List<String> shared) {}

    static Answer of(SweepPlan plan, Map<String, SweepResult.Trial> known, @Nullable String best) {
      Map<String, Integer> counts = new LinkedHashMap<>();
      for (TrialStatus status : TrialStatus.values()) {
        counts.put(status.id(), 0);
      }
      plan.trials().forEach(trial -> counts.merge(trial.status().id(), 1, Integer::sum));
      return new Answer(
          plan.spec().name(),
          plan.trials().stream().map(t -> trial(t, known.get(t.spec().id()))).toList(),
          counts,
          best,
          plan.spec().limits().maxConcurrent(),
          plan.spec().threads(),
          plan.seconds(),
          plan.memoryBytes(),
          plan.freeBytes());
    }

    private static Trial trial(SweepPlan.Trial trial, SweepResult.@Nullable Trial known) {
      return new Trial(
          trial.spec().id(),
          trial.spec().name(),
          trial.spec().params(),
          trial.spec().seed(),
          trial.status().id(),
          known == null ? 0 : known.attempts(),
          known == null ? Map.of() : known.metrics(),
          known == null ? null : known.mlflowRunId(),
          trial.plan().parameters().total(),
          trial.plan().memory().total(),
          trial.seconds(),
          stages(trial, Standing.CACHED),
          stages(trial, Standing.SHARED));
    }

    private static List<String> stages(SweepPlan.Trial trial, Standing standing) {
      return trial.stages().entrySet().stream()
          .filter(stage -> stage.getValue() == standing)
          .map(Map.Entry::getKey)
          .map(StageName::id)
          .toList();
    }
  }

  @Override
  public Integer call() {
    Injector injector =
        Guice.createInjector(new PlatformModule(Places.workspace(), System.getenv()));
    SweepControl control = injector.getInstance(SweepControl.class);
    SweepSpec spec = control.load(file);
    Optional<SweepResult> before = control.known(spec.name());
    Map<String, SweepResult.Trial> known = new HashMap<>();
    before.ifPresent(sweep -> sweep.trials().forEach(trial -> known.put(trial.id(), trial)));
    PlanSweep planner =
        new PlanSweep(injector.getInstance(Planner.class), injector.getInstance(Calibration.class));
    Consumer<String> measuring = name -> output.note("measuring the steps of " + name + " ...");
    SweepPlan plan =
        planner.plan(
            spec, trial -> status(known.get(trial.id())), noCalibration ? null : measuring);
    @Nullable String best = before.map(SweepResult::best).orElse(null);
    output.result(Answer.of(plan, known, best), answer -> SweepPlanText.of(plan));
    return ExitCode.DONE.number();
  }

  private static TrialStatus status(SweepResult.@Nullable Trial known) {
    return known == null
        ? TrialStatus.PENDING
        : TrialStatus.valueOf(known.status().toUpperCase(Locale.ROOT));
  }
}
