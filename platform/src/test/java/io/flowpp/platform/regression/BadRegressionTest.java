package io.flowpp.platform.regression;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowpp.platform.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every mistake in a regression file is told where it stands, with what to do. */
class BadRegressionTest {
  private static final String EXPERIMENT = "experiments: {a: {base: base.yaml, seeds: [1, 2]}}\n";
  private static final String CHECKS = "checks: {exactness: {}, quality: {}}\n";

  @TempDir Path folder;

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{base: base.yaml, seeds: [1, 2, 1]} | x.yaml:2: experiments.a.seeds: has 1 twice; remove one",
        "{base: base.yaml, seeds: [1]} | x.yaml:2: experiments.a.seeds: one seed has no spread that quality and samples could be judged by; give at least two, or check neither",
        "{base: base.yaml, seeds: [1, 2], second-look: [3, 2]} | x.yaml:2: experiments.a.second-look: has 2, as 'seeds' has; take another one",
        "{base: base.yaml} | x.yaml:2: experiments.a.seeds: missing; give some, like [1, 2, 3]",
        "{seeds: [1, 2]} | x.yaml:2: experiments.a.base: missing; name an experiment file, relative to this file",
        "{base: base.yaml, seed: [1, 2], seeds: [1, 2]} | x.yaml:2: experiments.a.seed: unknown key; did you mean 'seeds'?",
        "{base: base.yaml, seeds: [1, 2], set: {training.stps: 3}} | x.yaml:2: training.stps: unknown key; did you mean 'training.steps'?",
        "{base: base.yaml, seeds: [1, 2], set: {seed: 3}} | x.yaml:2: seed: cannot be set here: runs get it from this file; remove it",
        "{base: base.yaml, seeds: [1, 2], set: {model.flow.heads: 3}} | x.yaml:2: model.flow.heads: 8 filters do not divide into 3 attention heads; use a divisor of 8, or set model.flow.filters"
      })
  void aMistakeInAnExperimentIsToldWithItsLine(String experiment, String problem) {
    assertThat(problems(CHECKS + "experiments: {a: " + experiment + "}\n"))
        .containsExactly(problem);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "checks: {qality: {}} | x.yaml:2: checks.qality: unknown key; did you mean 'quality'?",
        "checks: {quality: {tolerence: .1}} | x.yaml:2: checks.quality.tolerence: unknown key; did you mean 'tolerance'?",
        "checks: {quality: {tolerance: -1}} | x.yaml:2: checks.quality.tolerance: expected a number above 0, found -1",
        "checks: {quality: {metric: final/test_bdp}} | x.yaml:2: checks.quality.metric: no metric in bits/dim: 'final/test_bdp'; did you mean 'final/test_bpd'?",
        "checks: {quality: {metric: best/val_bpd}} | x.yaml:1: experiments.a.base: has no best/val_bpd: training.validate-every is 0; set training.validate-every, or check final/test_bpd",
        "checks: {speed: {repeats: 1}} | x.yaml:2: checks.speed.repeats: expected a whole number from 2 to 50, found 1",
        "checks: {exactness: yes} | x.yaml:2: checks.exactness: expected keys with values, found 'yes'; write {} for the usual tolerances",
        "checks: {} | x.yaml:2: checks: none: nothing would be compared; give some of quality, exactness, speed, memory, samples",
        "name: a/b | x.yaml:2: name: expected a name of letters, digits, '.', '_' and '-', up to 40, found 'a/b'"
      })
  void aMistakeBesideExperimentsIsToldWithItsLine(String text, String problem) {
    String rest = text.startsWith("checks") ? text + "\n" : text + "\n" + CHECKS;
    assertThat(problems(EXPERIMENT + rest)).containsExactly(problem);
  }

  @Test
  void allMistakesAreToldAtOnce() {
    assertThat(problems("chcks: {}\nexperiments: {a: {seeds: [1, 1]}}\n"))
        .hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void anEmptyFileIsTold() {
    assertThat(problems(""))
        .containsExactly(
            "x.yaml: the file is empty; start with 'experiments:', see docs/REGRESSION.md");
  }

  @Test
  void anExperimentFileIsNoRegression() {
    assertThat(problems("seed: 1\n"))
        .containsExactly(
            "x.yaml: no regression file: has neither 'experiments' nor 'checks'; see docs/REGRESSION.md, or 'flowpp regress list'");
  }

  @Test
  void aCheckThatIsNamedWithoutAnythingIsMade() {
    RegressionSpec spec = load(EXPERIMENT + "checks:\n  exactness:\n  speed:\n");
    assertThat(spec.checks())
        .containsExactly(new CheckSpec.Exactness(), new CheckSpec.Speed(.25, 5));
  }

  @Test
  void runsAreOfOneThreadAndStandTogether() {
    RegressionSpec spec = load(EXPERIMENT + CHECKS);
    var config = spec.experiments().get(0).run(2).config();
    assertThat(config.seed()).isEqualTo(2);
    assertThat(config.execution().threads()).isEqualTo(1);
    assertThat(config.name()).isEqualTo("regress-x-a");
    assertThat(config.tracking().experiment()).isEqualTo("regression-x");
  }

  private List<String> problems(String text) {
    try {
      load(text);
      return List.of();
    } catch (ConfigException e) {
      return e.problems().stream().map(p -> p.toString().replace(folder + "/", "")).toList();
    }
  }

  private RegressionSpec load(String text) {
    try {
      Files.writeString(
          folder.resolve("base.yaml"),
          """
          data: {source: images}
          model:
            dequantizer: {couplings: 1}
            flow: {filters: 8, blocks: 1, heads: 2, coupling: {components: 4}}
          pretraining: {kind: none}
          training: {steps: 100, batch: 8, validate-every: 0}
          """);
      Path file = folder.resolve("x.yaml");
      Files.writeString(file, text);
      return RegressionFiles.load(file, Map.of());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
