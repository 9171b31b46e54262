package io.flowpp.platform.regression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.execution.RunListener;
import io.flowpp.platform.execution.Surroundings;
import io.flowpp.platform.stage.StageEvent;
import io.flowpp.platform.stage.StageName;
import io.flowpp.platform.stage.StageStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole checks, of values that nobody measured. */
class CheckRegressionTest {
  private static final List<Double> STEADY = List.of(30., 30.2, 29.8, 30.1, 29.9);
  private static final List<Double> SCATTERED = List.of(20., 45., 30., 22., 40.);

  @TempDir Path folder;
  private final Script script = new Script();
  private final List<String> notes = new ArrayList<>();
  private RegressionSpec spec =
      new RegressionSpec("", Path.of(""), Path.of(""), List.of(), List.of());

  /** What seeds and processes come to, and what was asked for. */
  private static final class Script implements Measuring {
    final List<String> asked = new ArrayList<>();

    /** By seed: how much above the baseline; nothing of it where not named. */
    final Map<Long, Double> worse = new HashMap<>();

    /** By experiment: what its first look costs; steady where not named. */
    final Map<String, List<Double>> costs = new HashMap<>();

    @Nullable String failing;
    ExitCode with = ExitCode.FAILED;
    long failingSeed;

    @Override
    public Outcome measure(
        RegressionExperiment experiment, List<Long> seeds, int repeats, Asked asks) {
      asked.add(experiment.name() + " " + seeds + " " + repeats);
      if (experiment.name().equals(failing) && seeds.contains(failingSeed)) {
        throw new UserFault(with, "x", "the loss is no number", "train-flow", "look at it");
      }
      List<SeedResult> results =
          seeds.stream().map(seed -> seed(seed, worse.getOrDefault(seed, 0.))).toList();
      List<Double> its = repeats == 0 ? List.of() : costs.getOrDefault(experiment.name(), STEADY);
      return new Outcome("run", measured(experiment, results, its));
    }

    @Override
    public Costs costs(RegressionExperiment experiment, int repeats, Asked asks) {
      asked.add(experiment.name() + " costs " + repeats);
      return new Costs(STEADY, Collections.nCopies(repeats, 3e8));
    }

    @Override
    public void abandon() {}
  }

  @BeforeEach
  void accepted() throws IOException {
    Files.createDirectories(folder.resolve("regression"));
    Files.writeString(
        folder.resolve("base.yaml"),
        """
        data: {source: images}
        model:
          dequantizer: {couplings: 1}
          flow: {filters: 8, blocks: 1, heads: 2, coupling: {components: 4}}
        pretraining: {kind: none}
        training: {steps: 100, batch: 8}
        """);
    Path file = folder.resolve("regression").resolve("x.yaml");
    Files.writeString(
        file,
        """
        experiments:
          a: {base: ../base.yaml, seeds: [1, 2, 3], second-look: [4, 5, 6]}
          b: {base: ../base.yaml, seeds: [11, 12, 13], second-look: [14, 15, 16]}
        checks: {quality: {tolerance: .02}, exactness: {}, speed: {}, memory: {}}
        """);
    spec = RegressionFiles.load(file, Map.of());
    Map<String, Measured> experiments = new HashMap<>();
    for (RegressionExperiment experiment : spec.experiments()) {
      experiments.put(
          experiment.name(),
          measured(
              experiment,
              experiment.allSeeds().stream().map(seed -> seed(seed, 0)).toList(),
              Stream.of(STEADY, STEADY).flatMap(List::stream).toList()));
    }
    BaselineFile.write(
        spec.baseline(),
        new Baseline(
            "x",
            "first",
            "2024-05-01T00:00:00Z",
            Platform.here(Surroundings.libtorch()),
            Map.of(),
            experiments));
  }

  @Test
  void whatIsDecidedAtOnceIsNotLookedAtAgain() {
    RegressionResult result = check(script);
    assertThat(result.verdict()).isEqualTo(Judgement.PASS);
    assertThat(result.checks()).hasSize(8).allMatch(check -> check.look() == 1);
    assertThat(script.asked).containsExactly("a [1, 2, 3] 5", "b [11, 12, 13] 5");
  }

  @Test
  void aLossThatThreeSeedsCannotShowIsRedBySix() {
    script.worse.putAll(Map.of(1L, 1., 2L, 1.2, 3L, .8, 4L, 1., 5L, 1., 6L, 1.));
    RegressionResult result = check(script);
    assertThat(script.asked).containsExactly("a [1, 2, 3] 5", "a [4, 5, 6] 0", "b [11, 12, 13] 5");
    assertThat(of(result, "a", "quality").verdict()).isEqualTo(Judgement.FAIL);
    assertThat(of(result, "a", "quality").look()).isEqualTo(2);
    assertThat(of(result, "a", "speed").look()).isEqualTo(1);
    assertThat(of(result, "b", "quality").verdict()).isEqualTo(Judgement.PASS);
    assertThat(result.verdict()).isEqualTo(Judgement.FAIL);
    assertThat(result.isBroken()).isFalse();
  }

  @Test
  void whatStraddlesTheToleranceMayPassBySix() {
    script.worse.putAll(Map.of(1L, .015, 2L, -.015));
    RegressionResult result = check(script);
    assertThat(script.asked).contains("a [4, 5, 6] 0");
    assertThat(of(result, "a", "quality").verdict()).isEqualTo(Judgement.PASS);
    assertThat(of(result, "a", "quality").look()).isEqualTo(2);
    assertThat(result.verdict()).isEqualTo(Judgement.PASS);
  }

  @Test
  void costsAreMeasuredAgainWithoutRunningSeeds() {
    script.costs.put("a", SCATTERED);
    RegressionResult result = check(script);
    assertThat(script.asked).containsExactly("a [1, 2, 3] 5", "a costs 5", "b [11, 12, 13] 5");
    assertThat(of(result, "a", "speed").look()).isEqualTo(2);
    assertThat(of(result, "a", "memory").look()).isEqualTo(1);
    assertThat(of(result, "a", "quality").look()).isEqualTo(1);
    assertThat(notes).anyMatch(note -> note.equals("a: a second look at speed"));
  }

  @Test
  void anExperimentThatFailsIsNamedByEveryCheckAndTheOthersGoOn() {
    script.failing = "a";
    script.failingSeed = 2;
    RegressionResult result = check(script);
    assertThat(script.asked).containsExactly("a [1, 2, 3] 5", "b [11, 12, 13] 5");
    assertThat(result.checks().stream().filter(CheckResult::broken))
        .hasSize(4)
        .allMatch(check -> check.experiment().equals("a") && check.verdict() == Judgement.FAIL)
        .allMatch(check -> check.words().contains("train-flow: the loss is no number"));
    assertThat(of(result, "b", "quality").verdict()).isEqualTo(Judgement.PASS);
    assertThat(result.verdict()).isEqualTo(Judgement.FAIL);
    assertThat(result.isBroken()).isTrue();
    assertThat(JunitXml.of(result))
        .contains("errors=\"4\"", "failures=\"0\"")
        .contains("<error message=\"nothing was compared: train-flow: the loss is no number");
    assertThat(MarkdownSummary.answer(result))
        .startsWith("Runs failed. Not compared, since a run failed: quality of a, ");

    script.worse.putAll(Map.of(11L, 1., 12L, 1.001, 13L, 1.));
    assertThat(check(script).isBroken()).as("b is worse").isFalse();
  }

  @Test
  void aSecondLookThatFailsLeavesWhatTheFirstDecided() {
    script.worse.putAll(Map.of(1L, .015, 2L, -.015));
    script.failing = "a";
    script.failingSeed = 5;
    RegressionResult result = check(script);
    assertThat(of(result, "a", "quality").broken()).isTrue();
    assertThat(of(result, "a", "exactness").verdict()).isEqualTo(Judgement.PASS);
    assertThat(result.isBroken()).isTrue();
  }

  @Test
  void anInterruptionIsNoFailureOfAnExperiment() {
    script.failing = "a";
    script.failingSeed = 1;
    script.with = ExitCode.INTERRUPTED;
    assertThatThrownBy(() -> check(script))
        .isInstanceOfSatisfying(
            UserFault.class, fault -> assertThat(fault.exitCode()).isEqualTo(ExitCode.INTERRUPTED));
    assertThat(script.asked).hasSize(1);
  }

  private RegressionResult check(Measuring measuring) {
    RunListener listener =
        new RunListener() {
          @Override
          public void stageStarted(StageName stage) {}

          @Override
          public void stageEvent(StageName stage, StageEvent event) {}

          @Override
          public void stageFinished(StageName stage, StageStatus status, double seconds) {}

          @Override
          public void note(String line) {
            notes.add(line);
          }
        };
    return new CheckRegression(measuring, Clock.systemUTC())
        .check(spec, false, new Asked("./flowpp", listener, () -> false));
  }

  private static SeedResult seed(long seed, double worse) {
    return new SeedResult(
        seed,
        "weights of " + seed,
        Map.of("final/test_bpd", 5 + seed * .001 + worse),
        new SeedResult.Pixels(.1, .3, .2));
  }

  private static Measured measured(
      RegressionExperiment experiment, List<SeedResult> seeds, List<Double> products) {
    return new Measured(
        experiment.digest(),
        "images",
        new Measured.Compute("cpu", 1, "fp32"),
        seeds,
        new Costs(products, Collections.nCopies(products.size(), 3e8)));
  }

  private static CheckResult of(RegressionResult result, String experiment, String name) {
    return result.checks().stream()
        .filter(check -> check.experiment().equals(experiment) && check.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
