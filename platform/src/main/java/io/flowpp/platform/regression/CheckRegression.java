package io.flowpp.platform.regression;

import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.execution.Surroundings;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Runs the experiments of a regression file and says whether anything has become worse. */
public final class CheckRegression {
  private final Measuring measuring;
  private final Clock clock;

  @Inject
  CheckRegression(Measuring measuring, Clock clock) {
    this.measuring = measuring;
    this.clock = clock;
  }

  /**
   * @throws UserFault where a run fails, or the baseline is damaged
   */
  public RegressionResult check(RegressionSpec spec, Asked asked) {
    long begin = clock.millis();
    Platform here = Platform.here(Surroundings.libtorch());
    Optional<Baseline> baseline = BaselineFile.find(spec);
    List<CheckResult> results = new ArrayList<>();
    if (baseline.isPresent()) {
      Judge judge = new Judge(spec, baseline.get(), here);
      for (RegressionExperiment experiment : spec.experiments()) {
        results.addAll(check(spec, experiment, judge, asked));
      }
    } else {
      for (RegressionExperiment experiment : spec.experiments()) {
        results.addAll(without(spec, experiment));
      }
    }
    double seconds = (clock.millis() - begin) / 1e3;
    return new RegressionResult(
        spec.name(),
        Judgement.of(results.stream().map(CheckResult::verdict).toList()),
        results,
        spec.baseline(),
        baseline.orElse(null),
        here,
        clock.instant(),
        seconds);
  }

  /** Marks the run that is going on as killed, for a process that must end. */
  public void abandon() {
    measuring.abandon();
  }

  private static List<CheckResult> without(RegressionSpec spec, RegressionExperiment experiment) {
    String words =
        "there is no baseline yet; make one with: flowpp regress accept "
            + spec.file()
            + " --reason TEXT";
    return spec.checks().stream()
        .flatMap(check -> Judge.names(check).stream())
        .map(name -> CheckResult.without(name, experiment.name(), Judgement.INVESTIGATE, words))
        .toList();
  }

  private List<CheckResult> check(
      RegressionSpec spec, RegressionExperiment experiment, Judge judge, Asked asked) {
    Optional<String> stale = judge.stale(experiment);
    if (stale.isPresent()) {
      asked.listener().note(experiment.name() + ": not run: " + stale.get());
      return judge.undecided(experiment, stale.get());
    }
    Measured now =
        measuring.measure(experiment, experiment.seeds(), spec.repeats(), asked).measured();
    List<CheckResult> first = judge.judge(experiment, now, 1);
    Set<String> open =
        first.stream()
            .filter(result -> result.verdict() == Judgement.INVESTIGATE && result.look() > 0)
            .map(CheckResult::name)
            .collect(Collectors.toSet());
    boolean seeds =
        !experiment.secondLook().isEmpty()
            && open.stream().anyMatch(name -> name.equals("quality") || name.startsWith("samples"));
    boolean costs = open.contains("speed") || open.contains("memory");
    if (!seeds && !costs) {
      return first;
    }
    asked.listener().note(experiment.name() + ": a second look at " + String.join(", ", open));
    Measured all = now;
    if (seeds) {
      all =
          all.and(
              measuring.measure(experiment, experiment.secondLook(), 0, asked).measured().seeds(),
              Costs.NONE);
    }
    if (costs) {
      all = all.and(List.of(), measuring.costs(experiment, spec.repeats(), asked));
    }
    List<CheckResult> second = judge.judge(experiment, all, 2);
    return IntStream.range(0, first.size())
        .mapToObj(i -> open.contains(first.get(i).name()) ? second.get(i) : first.get(i))
        .toList();
  }
}
