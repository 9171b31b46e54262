package io.flowpp.platform.regression;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;

/** By real runs, and processes that measure. */
final class MeasuringRuns implements Measuring {
  private final RunSeed runs;
  private final CostProcess costs;

  @Inject
  MeasuringRuns(RunSeed runs, CostProcess costs) {
    this.runs = runs;
    this.costs = costs;
  }

  @Override
  public Outcome measure(
      RegressionExperiment experiment, List<Long> seeds, int repeats, Asked asked) {
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

  @Override
  public Costs costs(RegressionExperiment experiment, int repeats, Asked asked) {
    Costs all = Costs.NONE;
    for (int i = 1; i <= repeats; i++) {
      String count = i + " of " + repeats;
      asked.listener().note(experiment.name() + ": speed and memory (" + count + ")");
      all = all.and(costs.measure(experiment.run(experiment.seeds().get(0)), asked.cancellation()));
    }
    return all;
  }

  @Override
  public void abandon() {
    runs.abandon();
  }
}
