package io.flowpp.platform.regression;

import io.flowpp.platform.config.UserFault;
import java.util.List;

/** Finds out what an experiment of a regression file comes to now. */
interface Measuring {
  /**
   * @param firstRun of the first seed
   */
  record Outcome(String firstRun, Measured measured) {}

  /**
   * @param repeats of the processes that measure cost
   * @throws UserFault where a run fails
   */
  Outcome measure(RegressionExperiment experiment, List<Long> seeds, int repeats, Asked asked);

  /**
   * @throws UserFault where a process fails
   */
  Costs costs(RegressionExperiment experiment, int repeats, Asked asked);

  /** Marks the run that is going on as killed. */
  void abandon();
}
