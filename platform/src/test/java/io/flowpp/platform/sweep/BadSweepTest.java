package io.flowpp.platform.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowpp.platform.config.ConfigException;
import io.flowpp.platform.config.ExperimentLoader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every mistake in a sweep's file is told where it stands, with what to do. */
class BadSweepTest {
  private static final String BATCH = "parameters: {training.batch: [8, 16]}";

  @TempDir Path directory;

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "paramters: {training.batch: [8]} | x.yaml:2: paramters: unknown key; did you mean 'parameters'?",
        "parameters: {training.btch: [8]} | x.yaml:2: training.btch: unknown key; did you mean 'training.batch'?",
        "parameters: {trainig.batch: [8]} | x.yaml:2: trainig.batch: unknown key; did you mean 'training.batch'?",
        "parameters: {learning-rate: [1e-3]} | x.yaml:2: learning-rate: unknown key; did you mean 'pretraining.optimizer.learning-rate' or 'training.optimizer.learning-rate'?",
        "parameters: {tracking.zzzzz: [8]} | x.yaml:2: tracking.zzzzz: unknown key; known keys: tracking.experiment, tracking.checkpoints, tracking.register, tracking.system-metrics-every, tracking.sample-grids",
        "parameters: {model.flow.coupling: [affine]} | x.yaml:2: model.flow.coupling: has keys of its own and takes no value; name one: kind, components, arithmetic",
        "parameters: {training.batch: [8, many]} | x.yaml:2: training.batch: expected a whole number from 1 to 65536, found 'many'",
        "parameters: {training.precision: [fp32, bf17]} | x.yaml:2: training.precision: expected fp32 or bf16, found 'bf17'; did you mean 'bf16'?",
        "parameters: {training.batch: 8} | x.yaml:2: training.batch: expected a list of values like [8, 16], or {uniform: [LOW, HIGH]}, log-uniform, integer or choice, found 8; for one value in all trials, write it under 'set'",
        "parameters: {training.batch: []} | x.yaml:2: training.batch: an empty list: there is nothing to try; give values, or remove it",
        "parameters: {training.batch: {values: []}} | x.yaml:2: training.batch: an empty list: there is nothing to try; give values, or remove it",
        "parameters: {training.ema: [0.9, 9e-1]} | x.yaml:2: training.ema: has 0.9 twice; remove one",
        "parameters: {training.batch: {vales: [8]}} | x.yaml:2: training.batch: unknown word 'vales'; did you mean 'values'?",
        "parameters: {training.batch: {values: [8], choice: [9]}} | x.yaml:2: training.batch: expected one of values, choice, uniform, log-uniform, integer; found values and choice",
        "parameters: {training.batch: {values: 8}} | x.yaml:2: training.batch: expected values: [A, B], found 8",
        "parameters: {training.ema: {uniform: [0, .9]}} | x.yaml:2: training.ema: a grid cannot try every value of a uniform range; list values: [0, ..., 0.9], or set search: {kind: random, trials: N}",
        "parameters: {training.batch: {integer: [8]}} | x.yaml:2: training.batch: expected integer: [LOW, HIGH], found 1 value",
        "parameters: {training.batch: {integer: [16, 8]}} | x.yaml:2: training.batch: the low end 16 is not below the high end 8; write integer: [LOW, HIGH]",
        "parameters: {training.batch: {integer: [1.5, 8]}} | x.yaml:2: training.batch: an integer range has whole ends, found 1.5; round it, or use uniform",
        "parameters: {training.batch: {integer: [0, 8]}} | x.yaml:2: training.batch: expected a whole number from 1 to 65536, found 0",
        "parameters: {training.batch: {integer: [a, 8]}} | x.yaml:2: training.batch: expected a number, found 'a'",
        "parameters: {name: [a, b]} | x.yaml:2: name: cannot be swept; each trial gets a name of its own: name the sweep instead",
        "parameters: {seed: [1, 2]} | x.yaml:2: seed: cannot be swept; list seeds under 'seeds'",
        "parameters: {execution.threads: [1, 2]} | x.yaml:2: execution.threads: cannot be swept; results depend on it, so all trials have the same: set it under 'set'",
        "parameters: {ablation: [a, b]} | x.yaml:2: ablation: is what trials call their ablation; write named sets of settings under 'ablations'",
        "parameters: {extends: [a, b]} | x.yaml:2: extends: cannot be set here",
        "parameters: [training.batch] | x.yaml:2: parameters: expected keys with values, found a list; like training.batch: [8, 16]",
        "parameters: {} | x.yaml:2: parameters: an empty grid: nothing to try; give values under 'parameters', named settings under 'ablations', or seeds",
        "parameters: {model.flow.dropout: {values: [0.1], when: {trainng.batch: 8}}} | x.yaml:2: trainng.batch: unknown key; did you mean 'training.batch'?",
        "parameters: {model.flow.dropout: {values: [0.1], when: {ablation: ful}}} | x.yaml:2: model.flow.dropout: 'when' names an unknown ablation, found 'ful'; there are none under 'ablations'",
        "parameters: {model.flow.dropout: {values: [0.1], when: {model.flow.coupling.kind: mixtur}}} | x.yaml:2: model.flow.coupling.kind: expected mixture or affine, found 'mixtur'; did you mean 'mixture'?",
        "parameters: {model.flow.dropout: {values: [0.1], when: {model.flow.coupling.kind: affine}}} | x.yaml:2: model.flow.dropout: is in no trial: nowhere holds that model.flow.coupling.kind is affine; change or remove its 'when'",
        "parameters: {model.flow.dropout: {values: [0.1], when: mixture}} | x.yaml:2: model.flow.dropout: 'when' is keys with values, found 'mixture'; write it like when: {model.flow.coupling.kind: mixture}",
        "parameters: {training.batch: [8], model.flow.heads: [3]} | x.yaml:2: model.flow.heads: 8 filters do not divide into 3 attention heads; use a divisor of 8, or set model.flow.filters",
        "parameters: {training.batch: [8], model.flow.heads: [2, 3]} | x.yaml:2: model.flow.heads: 8 filters do not divide into 3 attention heads (in 1 of 2 trials, first {training.batch=8, model.flow.heads=3} seed 7); use a divisor of 8, or set model.flow.filters",
        "parameters: {model.flow.coupling.kind: [mixture, affine], model.flow.coupling.components: [2, 4]} | x.yaml:2: model.flow.coupling.components: has no meaning with model.flow.coupling.kind: affine (in 2 of 4 trials, first {model.flow.coupling.kind=affine, model.flow.coupling.components=2} seed 7); add when: {model.flow.coupling.kind: mixture}",
        "parameters: {training.batch: {integer: [1, 60000]}} | x.yaml:2: parameters: more than 10000 combinations; try fewer values, or set search: {kind: random, trials: N}",
        "ablations: {full: {}, base: {}} | x.yaml:2: ablations.base: sets nothing, as 'full' on line 2; remove one of them",
        "ablations: {a: {training.batch: 9}, b: {training: {batch: 9}}} | x.yaml:2: ablations.b: sets the same, as 'a' on line 2; remove one of them",
        "ablations: {full: {}, mixture: {model.flow.coupling.kind: mixture}} | x.yaml:2: ablations.mixture: the same experiment as 'full': what it sets holds there too; change or remove one",
        "ablations: {full: {}, affine: {model.flow.couplin.kind: affine}} | x.yaml:2: model.flow.couplin.kind: unknown key; did you mean 'model.flow.coupling.kind'?",
        "ablations: {full: {}, affine: affine} | x.yaml:2: ablations.affine: expected settings, found 'affine'; write {} for none",
        "ablations: {a b: {}} | x.yaml:2: ablations: expected a name of letters, digits, '.', '_' and '-', up to 40, found 'a b'",
        "ablations: {full: {}, other: {seed: 3}} | x.yaml:2: seed: cannot differ between ablations; list seeds under 'seeds'",
        "set: {name: other} | x.yaml:2: name: cannot be set for all trials; each trial gets a name of its own: name the sweep instead",
        "set: {training.steps: none} | x.yaml:2: training.steps: expected a whole number of at least 1, found 'none'",
        "set: {model.flow.heads: 3} | x.yaml:2: model.flow.heads: 8 filters do not divide into 3 attention heads; use a divisor of 8, or set model.flow.filters",
        "seeds: 3 | x.yaml:2: seeds: expected a list like [1, 2, 3], found 3; a single seed is [1]",
        "seeds: [] | x.yaml:2: seeds: an empty list; remove it for the base's seed, or give seeds",
        "seeds: [1, 2, 1] | x.yaml:2: seeds: has 1 twice; remove one",
        "seeds: [1, -2] | x.yaml:2: seeds: expected whole numbers of at least 0, found -2",
        "name: a/b | x.yaml:2: name: expected a name of letters, digits, '.', '_' and '-', up to 60, found 'a/b'",
        "search: {kind: random, trials: 5} | x.yaml:2: search: nothing to draw: there are no parameters; remove it: ablations and seeds need none"
      })
  void aMistakeIsToldWithItsLineAndWhatToDo(String text, String problem) {
    boolean triesNothing = text.matches("(search|name|set):.*");
    String seeds = triesNothing ? "\nseeds: [1]" : "";
    assertThat(SweepFolder.in(directory).problems(text + seeds)).containsExactly(problem);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "search: gird | x.yaml:3: search.kind: expected grid or random, found 'gird'; did you mean 'grid'?",
        "search: random | x.yaml:3: search.trials: missing, expected how many draws; like {kind: random, trials: 20}",
        "search: {kind: grid, trials: 20} | x.yaml:3: search.trials: has no meaning with kind: grid; remove it, or use kind: random",
        "search: {kind: random, trials: 0} | x.yaml:3: search.trials: expected a whole number of at least 1, found 0",
        "search: {kind: random, trials: 3} | x.yaml:3: search.trials: 3 draws asked for, but only 2 different ones found; set trials: 2, or use search: grid",
        "metric: {name: final/test_bdp} | x.yaml:3: metric.name: unknown metric 'final/test_bdp'; did you mean 'final/test_bpd'?",
        "metric: {direction: minimise} | x.yaml:3: metric.direction: expected minimize or maximize, found 'minimise'; did you mean 'minimize'?",
        "limits: {max-trial: 3} | x.yaml:3: limits.max-trial: unknown key; did you mean 'max-trials'?",
        "limits: {max-trials: 1} | x.yaml:3: limits.max-trials: the grid has 2 trials, but at most 1 are allowed; raise it to 2, or try less",
        "limits: {max-trials: 2, max-concurrent: 3} | x.yaml:3: limits.max-concurrent: 3 trials at once, but limits.max-trials is 2; use at most 2",
        "limits: {max-failures: 3} | x.yaml:3: limits.max-failures: 3 failures, but there are only 2 trials; use at most 2, or remove it",
        "limits: {max-trials: 0} | x.yaml:3: limits.max-trials: expected a whole number of at least 1, found 0",
        "limits: {max-concurrent: -1} | x.yaml:3: limits.max-concurrent: expected a whole number of at least 1, found -1",
        "limits: {max-attempts: 1.5} | x.yaml:3: limits.max-attempts: expected a whole number of at least 1, found 1.5",
        "limits: {max-hours: 0} | x.yaml:3: limits.max-hours: expected a number above 0, found 0",
        "limits: {hang-after: 10} | x.yaml:3: limits.hang-after: expected a time like 90s, 10m or 1h, found 10; add the unit: s, m or h",
        "limits: {hang-after: soon} | x.yaml:3: limits.hang-after: expected a time like 90s, 10m or 1h, found 'soon'",
        "set: {training.batch: 4} | x.yaml:3: training.batch: is swept (line 2), so this value is never used; remove one of them",
        "ablations: {full: {}, large: {training.batch: 32}} | x.yaml:3: training.batch: ablation 'large' sets it, and line 2 sweeps it; remove one of them",
        "`set: {training.validate-every: 0}\nmetric: best/val_bpd` | x.yaml:4: metric: best/val_bpd comes from validations, of which training.validate-every: 0 has none; set training.validate-every"
      })
  void aMistakeBesideParametersIsToldWithItsLineAndWhatToDo(String text, String problem) {
    assertThat(SweepFolder.in(directory).problems(BATCH + "\n" + text)).containsExactly(problem);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{uniform: [.5, 0]} | x.yaml:3: model.flow.dropout: the low end 0.5 is not below the high end 0; write uniform: [LOW, HIGH]",
        "{uniform: [.5, .5]} | x.yaml:3: model.flow.dropout: the low end 0.5 is not below the high end 0.5; write uniform: [LOW, HIGH]",
        "{uniform: [0, 1]} | x.yaml:3: model.flow.dropout: expected a number of at least 0 and below 1, found 1",
        "{log-uniform: [0, .5]} | x.yaml:3: model.flow.dropout: a log-uniform range begins above 0, found 0; use a small positive number, or uniform",
        "{log-uniform: [-1, .5]} | x.yaml:3: model.flow.dropout: a log-uniform range begins above 0, found -1; use a small positive number, or uniform"
      })
  void aRangeMustBeOne(String range, String problem) {
    String text =
        "search: {kind: random, trials: 2}\nparameters: {model.flow.dropout: " + range + "}";
    assertThat(SweepFolder.in(directory).problems(text)).containsExactly(problem);
  }

  @Test
  void aRangeOfFractionsIsNotForWholeNumbers() {
    String text =
        "search: {kind: random, trials: 2}\nparameters: {training.batch: {uniform: [8, 16]}}";
    assertThat(SweepFolder.in(directory).problems(text))
        .containsExactly(
            "x.yaml:3: training.batch: uniform draws fractions, but training.batch is a whole number from 1 to 65536; use integer: [LOW, HIGH]");
  }

  @Test
  void conditionsThatGoInACircleAreShownOnce() {
    String text =
        """
        parameters:
          training.batch: {values: [8, 9], when: {training.clip: 1}}
          training.clip: {values: [1, 2], when: {training.ema: 0.5}}
          training.ema: {values: [0.5], when: {training.batch: 8}}
        """;
    assertThat(SweepFolder.in(directory).problems(text))
        .containsExactly(
            "x.yaml:3: training.batch: 'when' goes in a circle: training.batch -> training.clip -> training.ema -> training.batch; take one 'when' out");
  }

  @Test
  void allProblemsAreToldAtOnce() {
    String text =
        """
        set: {training.stps: 3}
        parameters:
          training.batch: [8, 0]
          model.flow.dropout: []
        ablations: {full: {}, none: {}, wrong: {training.stps: 3}}
        seeds: [1, 1]
        limits: {max-hours: -1}
        metric: bpd
        """;
    assertThat(SweepFolder.in(directory).problems(text))
        .hasSize(8)
        .element(0)
        .isEqualTo("x.yaml:2: training.stps: unknown key; did you mean 'training.steps'?");
  }

  @Test
  void aBaseIsNeededAndMustBeThere() {
    SweepFolder folder = SweepFolder.in(directory);
    assertThat(folder.problemsAsItIs("\nseeds: [1, 2]"))
        .containsExactly(
            "x.yaml:2: base: missing; name the experiment file that all trials vary, relative to this file");
    assertThat(folder.problemsAsItIs("seeds: [1, 2]\nbase: bse.yaml"))
        .containsExactly("x.yaml:2: base: bse.yaml: no such file; did you mean 'base.yaml'?");
    assertThat(folder.problemsAsItIs("model: {preset: cifar10}"))
        .containsExactly(
            "x.yaml: an experiment file, expected a sweep's; run it with 'flowpp run', or write a sweep: 'base: FILE' and 'parameters:'");
    assertThat(folder.problemsAsItIs(""))
        .containsExactly("x.yaml: the file is empty; start with 'base: FILE', an experiment file");
    assertThat(folder.problemsAsItIs("base: base.yaml\n\tseeds: [1]").get(0))
        .startsWith("x.yaml:2: a tab in the indentation");
  }

  @Test
  void aSweepIsNoExperiment() {
    Path file = SweepFolder.in(directory).with("x.yaml", "base: base.yaml\nseeds: [1]").path();
    assertThatThrownBy(() -> ExperimentLoader.load(file.resolve("x.yaml"), List.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageEndingWith(
            "x.yaml: a sweep's file, expected an experiment's; see 'flowpp sweep --help'");
  }

  @Test
  void aProblemOfTheBaseIsToldInTheBase() {
    SweepFolder folder = SweepFolder.in(directory).with("bad.yaml", "extends: base.yaml\nsed: 3");
    assertThat(folder.problemsAsItIs("base: bad.yaml\nseeds: [1, 2]"))
        .containsExactly("bad.yaml:2: sed: unknown key; did you mean 'seed'?");
  }
}
