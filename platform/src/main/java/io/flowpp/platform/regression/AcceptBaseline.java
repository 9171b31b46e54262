package io.flowpp.platform.regression;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.execution.PromoteRun;
import io.flowpp.platform.execution.RunListener;
import io.flowpp.platform.execution.Surroundings;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes what the experiments of a regression file come to now the baseline. */
public final class AcceptBaseline {
  /** In the registry of models, on the run of each experiment's first seed. */
  public static final String ALIAS = "ci-baseline";

  private static final List<String> VERSIONS =
      List.of("flowpp", "java", "libtorch", "git.commit", "git.dirty");

  private final Measuring measuring;
  private final PromoteRun promoting;
  private final Clock clock;

  @Inject
  AcceptBaseline(Measuring measuring, PromoteRun promoting, Clock clock) {
    this.measuring = measuring;
    this.promoting = promoting;
    this.clock = clock;
  }

  /**
   * @param file of the baseline
   * @param changes old and new values
   * @param models what has the alias in the registry now
   * @param notes what could not be done and needs not be
   */
  public record Accepted(
      String regression,
      Path file,
      String reason,
      List<BaselineChange> changes,
      List<String> models,
      List<String> notes) {}

  /**
   * @throws UserFault where a run fails or has no value that a check needs: then the old baseline,
   *     if any, stays
   */
  public Accepted accept(RegressionSpec spec, String reason, Asked asked) {
    Map<String, String> surroundings = Surroundings.now(asked.command(), "in-line");
    Platform here = Platform.here(Surroundings.libtorch());
    Path file = BaselineFile.place(spec, here);
    Optional<Baseline> before = previous(spec, file, asked.listener());
    Map<String, Measured> experiments = new LinkedHashMap<>();
    Map<String, String> firstRuns = new LinkedHashMap<>();
    for (RegressionExperiment experiment : spec.experiments()) {
      // as many as two looks will have
      Measuring.Outcome outcome =
          measuring.measure(experiment, experiment.allSeeds(), 2 * spec.repeats(), asked);
      requireWhole(spec, experiment, outcome.measured());
      experiments.put(experiment.name(), outcome.measured());
      firstRuns.put(experiment.name(), outcome.firstRun());
    }
    Map<String, String> versions = new TreeMap<>(surroundings);
    versions.keySet().retainAll(VERSIONS);
    Baseline baseline =
        new Baseline(
            spec.name(),
            reason,
            clock.instant().truncatedTo(ChronoUnit.SECONDS).toString(),
            here,
            versions,
            experiments);
    BaselineFile.write(file, baseline);
    List<String> models = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    firstRuns.values().forEach(run -> promote(run, models, notes));
    return new Accepted(
        spec.name(),
        file,
        reason,
        BaselineChange.between(spec, before.orElse(null), baseline),
        models,
        notes);
  }

  /** Marks the run that is going on as killed, for a process that must end. */
  public void abandon() {
    measuring.abandon();
  }

  /** One that is damaged is replaced like any other: that is what accepting is for. */
  private static Optional<Baseline> previous(RegressionSpec spec, Path file, RunListener listener) {
    try {
      return BaselineFile.at(spec, file);
    } catch (UserFault damaged) {
      listener.note("the baseline of before is not shown: " + damaged.message());
      return Optional.empty();
    }
  }

  private static void requireWhole(
      RegressionSpec spec, RegressionExperiment experiment, Measured measured) {
    for (SeedResult result : measured.seeds()) {
      spec.check(CheckSpec.Quality.class)
          .ifPresent(
              quality ->
                  requireNumber(
                      result.metrics().get(quality.metric()),
                      quality.metric(),
                      experiment.name() + " seed " + result.seed()));
    }
  }

  private static void requireNumber(@Nullable Double value, String metric, String where) {
    if (value == null || !Double.isFinite(value)) {
      throw new UserFault(
          ExitCode.FAILED,
          "no-number",
          "has " + (value == null ? "no " + metric : value + " for " + metric),
          where,
          "no baseline was written; put the training right first");
    }
  }

  private void promote(String run, List<String> models, List<String> notes) {
    try {
      PromoteRun.Promoted promoted = promoting.promote(new PromoteRun.Request(run, ALIAS, null));
      models.add("models:/" + promoted.model() + "@" + promoted.alias());
    } catch (UserFault noServer) {
      notes.add(
          "the registry of models has not heard of it: "
              + noServer.message()
              + "; give the alias later with: flowpp runs promote "
              + run
              + " --alias "
              + ALIAS);
    }
  }
}
