package io.flowpp.platform.regression;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.execution.Surroundings;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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
   * @param required whether a check that cannot be made here is to be looked at
   * @throws UserFault where it is interrupted, a service that is needed cannot be reached, or the
   *     baseline is damaged
   */
  public RegressionResult check(RegressionSpec spec, boolean required, Asked asked) {
    long begin = clock.millis();
    Platform here = Platform.here(Surroundings.libtorch());
    Optional<BaselineFile.Found> found = BaselineFile.find(spec, here);
    Optional<Baseline> baseline = found.map(BaselineFile.Found::baseline);
    List<CheckResult> results = new ArrayList<>();
    for (RegressionExperiment experiment : spec.experiments()) {
      List<CheckResult> its =
          baseline.isPresent()
              ? checkOrBroken(spec, experiment, new Judge(spec, baseline.get(), here), asked)
              : without(spec, experiment);
      its.forEach(result -> results.add(required ? result.required() : result));
    }
    double seconds = (clock.millis() - begin) / 1e3;
    return new RegressionResult(
        spec.name(),
        spec.file(),
        Judgement.of(results.stream().map(CheckResult::verdict).toList()),
        results,
        found.map(BaselineFile.Found::file).orElse(spec.baseline()),
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
    String words = "there is no baseline yet; make one with: " + spec.acceptCommand();
    return names(spec)
        .map(name -> CheckResult.without(name, experiment.name(), Judgement.INVESTIGATE, words))
        .toList();
  }

  private static Stream<String> names(RegressionSpec spec) {
    return spec.checks().stream().flatMap(check -> Judge.names(check).stream());
  }

  /** What fails in one experiment says nothing of the others. */
  private List<CheckResult> checkOrBroken(
      RegressionSpec spec, RegressionExperiment experiment, Judge judge, Asked asked) {
    try {
      return check(spec, experiment, judge, asked);
    } catch (UserFault fault) {
      String words = failed(experiment, fault, asked);
      return names(spec).map(name -> CheckResult.broken(name, experiment.name(), words)).toList();
    }
  }

  /**
   * @throws UserFault where it concerns all experiments
   */
  private static String failed(RegressionExperiment experiment, UserFault fault, Asked asked) {
    if (fault.exitCode() == ExitCode.INTERRUPTED || fault.exitCode() == ExitCode.UNREACHABLE) {
      throw fault;
    }
    asked.listener().note(experiment.name() + ": failed: " + fault.line());
    return "nothing was compared: " + fault.line();
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
            .collect(Collectors.toCollection(TreeSet::new));
    boolean seeds =
        !experiment.secondLook().isEmpty()
            && open.stream().anyMatch(name -> name.equals("quality") || name.startsWith("samples"));
    boolean costs = open.contains("speed") || open.contains("memory");
    if (!seeds && !costs) {
      return first;
    }
    asked.listener().note(experiment.name() + ": a second look at " + String.join(", ", open));
    List<CheckResult> second;
    try {
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
      second = judge.judge(experiment, all, 2);
    } catch (UserFault fault) {
      String words = failed(experiment, fault, asked);
      second =
          first.stream()
              .map(result -> CheckResult.broken(result.name(), experiment.name(), words))
              .toList();
    }
    List<CheckResult> newer = second;
    return IntStream.range(0, first.size())
        .mapToObj(i -> open.contains(first.get(i).name()) ? newer.get(i) : first.get(i))
        .toList();
  }
}
