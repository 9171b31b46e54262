package io.flowpp.platform.regression;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;

/** Finds out what an experiment of a regression file comes to now. */
final class Measuring {
  private final RunSeed runs;
  private final CostProcess costs;

  @Inject
  Measuring(RunSeed runs, CostProcess costs) {
    this.runs = runs;
    this.costs = costs;
  }

  /**
   * @param firstRun of the first seed
   */
  record Outcome(String firstRun, Measured measured) {}

  /**
   * @param repeats of the processes that measure cost
   */
  Outcome measure(RegressionExperiment experiment, List<Long> seeds, int repeats, Asked asked) {
    List<RunSeed.Run> done = new ArrayList<>();
    for (long seed : seeds) {
      String count = (done.size() + 1) + " of " + seeds.size();
      asked.listener().note(experiment.name() + ": seed " + seed + " (" + count + ")");
      done.add(
          runs.run(experiment.run(seed), asked.command(), asked.listener(), asked.cancellation()));
    }
    RunSeed.Run first = done.get(0);
    Measured measured =
        new Measured(
            experiment.digest(),
            first.data(),
            new Measured.Compute(first.device(), experiment.threads(), experiment.precision()),
            done.stream().map(RunSeed.Run::result).toList(),
            costs(experiment, repeats, asked));
    return new Outcome(first.runId(), measured);
  }

  Costs costs(RegressionExperiment experiment, int repeats, Asked asked) {
    Costs all = Costs.NONE;
    for (int i = 1; i <= repeats; i++) {
      String count = i + " of " + repeats;
      asked.listener().note(experiment.name() + ": speed and memory (" + count + ")");
      all = all.and(costs.measure(experiment.run(experiment.seeds().get(0)), asked.cancellation()));
    }
    return all;
  }

  void abandon() {
    runs.abandon();
  }
}
