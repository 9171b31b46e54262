package io.flowpp.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.nn.Parameter;
import io.flowpp.core.spec.Arithmetic;
import io.flowpp.core.spec.CouplingSpec;
import io.flowpp.core.spec.DequantizerSpec;
import io.flowpp.core.spec.FlowStepSpec;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.OptimizerSpec;
import io.flowpp.core.spec.ParameterCount;
import io.flowpp.core.spec.PretrainingSpec;
import io.flowpp.core.spec.ScheduleSpec;
import io.flowpp.core.spec.TrainingSpec;
import io.flowpp.core.train.LearningRate;
import io.flowpp.platform.config.ExperimentConfig;
import io.flowpp.platform.config.ExperimentLoader;
import io.flowpp.platform.config.LoadedExperiment;
import io.flowpp.platform.regression.RegressionExperiment;
import io.flowpp.platform.regression.RegressionFiles;
import io.flowpp.platform.regression.RegressionList;
import io.flowpp.platform.regression.RegressionSpec;
import io.flowpp.platform.stage.StageJson;
import io.flowpp.platform.sweep.SweepDefaults;
import io.flowpp.platform.sweep.SweepFiles;
import io.flowpp.platform.sweep.SweepSpec;
import io.flowpp.platform.sweep.TrialSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file under {@code experiments/} is one that runs, and is as large as it says. */
class ExperimentFilesTest {
  private static final Path HERE = Path.of("");

  private static final Path ABLATIONS = Path.of("ablations");

  private static final Path REGRESSION = Path.of("regression");

  static List<Path> all() throws IOException {
    try (Stream<Path> all = Files.walk(HERE)) {
      return all.filter(file -> file.toString().endsWith(".yaml"))
          .filter(file -> !file.startsWith("src") && !file.startsWith("target"))
          .sorted()
          .toList();
    }
  }

  static List<Path> files() throws IOException {
    return all().stream()
        .filter(file -> !file.startsWith(ABLATIONS) && !file.startsWith(REGRESSION))
        .toList();
  }

  static List<Path> sweeps() throws IOException {
    return all().stream().filter(file -> file.startsWith(ABLATIONS)).toList();
  }

  static List<Path> regressions() throws IOException {
    return all().stream().filter(file -> file.startsWith(REGRESSION)).toList();
  }

  @Test
  void thereAreExperiments() throws IOException {
    assertThat(regressions()).contains(Path.of("regression/smoke.yaml"));
    assertThat(files()).contains(Path.of("quickstart.yaml"), Path.of("presets/cifar10.yaml"));
    assertThat(sweeps())
        .contains(Path.of("ablations/smoke.yaml"), Path.of("ablations/cifar10.yaml"));
  }

  @ParameterizedTest
  @MethodSource("regressions")
  void everyRegressionLoadsAndHasABaselineOfWhatItIsNow(Path file) {
    RegressionSpec regression = RegressionFiles.load(file);
    assertThat(regression.checks()).isNotEmpty();
    for (RegressionExperiment experiment : regression.experiments()) {
      assertThat(experiment.runs()).isNotEmpty();
      experiment
          .runs()
          .forEach(
              (seed, run) -> {
                assertThat(ParameterCount.of(run.config().model()).total()).isPositive();
                assertThat(run.config().seed()).isEqualTo(seed);
                assertThat(run.config().execution().threads()).isEqualTo(1);
              });
    }
    assertThat(RegressionList.of(REGRESSION).regressions())
        .filteredOn(row -> row.name().equals(regression.name()))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.problem()).isNull();
              assertThat(row.accepted()).isNotNull();
            });
  }

  @ParameterizedTest
  @MethodSource("sweeps")
  void everySweepLoadsAndItsTrialsCount(Path file) {
    SweepSpec sweep = SweepFiles.load(file, SweepDefaults.ofThisMachine());
    assertThat(sweep.trials())
        .hasSizeGreaterThan(1)
        .extracting(TrialSpec::name)
        .doesNotHaveDuplicates();
    for (TrialSpec trial : sweep.trials()) {
      LoadedExperiment loaded =
          ExperimentLoader.standalone(trial.name(), trial.config(), List.of());
      assertThat(ParameterCount.of(loaded.config().model()).total()).isPositive();
      assertThat(loaded.config().seed()).isEqualTo(trial.seed());
    }
  }

  /** The presets of the paper's ablations and the arms of the sweep are the same models. */
  @ParameterizedTest
  @CsvSource({
    "full, cifar10",
    "affine, cifar10-affine",
    "uniform, cifar10-uniform",
    "no-attention, cifar10-no-attention"
  })
  void theArmsOfThePaperAreItsPresets(String arm, String preset) {
    SweepSpec sweep =
        SweepFiles.load(ABLATIONS.resolve("cifar10.yaml"), SweepDefaults.ofThisMachine());
    TrialSpec trial =
        sweep.trials().stream()
            .filter(each -> arm.equals(each.params().get("ablation")))
            .findFirst()
            .orElseThrow();
    ExperimentConfig config =
        ExperimentLoader.standalone(trial.name(), trial.config(), List.of()).config();
    assertThat(config.model()).isEqualTo(preset(preset).model());
    assertThat(config.training()).isEqualTo(preset(preset).training());
    assertThat(config.pretraining()).isEqualTo(preset(preset).pretraining());
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyFileLoadsAndCounts(Path file) {
    LoadedExperiment loaded = ExperimentLoader.load(file, List.of());
    assertThat(ParameterCount.of(loaded.config().model()).total()).isPositive();
    String stem = file.getFileName().toString().replace(".yaml", "");
    assertThat(loaded.config().name()).isEqualTo(stem);
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyConfigurationReadsBackAsAStageRecordsIt(Path file) {
    ExperimentConfig config = ExperimentLoader.load(file, List.of()).config();
    assertThat(StageJson.read(StageJson.write(config), ExperimentConfig.class)).isEqualTo(config);
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyFileSaysWhatItIsForWhatItCostsAndWhatToExpect(Path file) throws IOException {
    List<String> comments =
        Files.readAllLines(file).stream().takeWhile(line -> line.startsWith("#")).toList();
    for (String start : List.of("# What for:", "# Cost:", "# Expect:")) {
      assertThat(comments).anyMatch(line -> line.startsWith(start));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "fashion-mnist-small, 246448, 993712",
    "cifar10, 3466976, 31443440",
    "cifar10-affine, 3035168, 32045708",
    "cifar10-uniform, 0, 32324408",
    "cifar10-no-attention, 3466976, 31443440",
    "imagenet32, 35549536, 168955724",
    "imagenet64, 5654440, 73489960",
    "imagenet64-5bit, 5654440, 73489960",
    "celeba64-5bit, 5654440, 73489960",
    "celeba64-3bit, 5654440, 73489960",
    "celeba128-5bit, 8308648, 122790952"
  })
  void presetsHaveTheSizesOfTheirLaunchersCountedAndBuilt(
      String preset, long dequantizer, long total) {
    ModelSpec model = preset(preset).model();
    assertThat(ParameterCount.of(model))
        .isEqualTo(new ParameterCount(dequantizer, total - dequantizer));
    assertThat(built(model)).isEqualTo(ParameterCount.of(model));
  }

  /** Values that the layers hold; a model without weights loads nothing native. */
  private static ParameterCount built(ModelSpec spec) {
    long dequantizer = 0;
    long flow = 0;
    for (Parameter parameter : FlowPlusPlus.build(spec).parameters()) {
      if (parameter.name().startsWith(FlowPlusPlus.DEQUANTIZER)) {
        dequantizer += parameter.shape().size();
      } else {
        flow += parameter.shape().size();
      }
    }
    return new ParameterCount(dequantizer, flow);
  }

  private static ExperimentConfig preset(String name) {
    return ExperimentLoader.load(Path.of("presets", name + ".yaml"), List.of()).config();
  }

  @Test
  void theCifarNetworkOnSmallImagesHasItsOwnSize() {
    Path file = Path.of("quickstart.yaml");
    LoadedExperiment loaded =
        ExperimentLoader.load(file, List.of("model.preset=cifar10", "pretraining.kind=none"));
    ModelSpec model = loaded.config().model();
    assertThat(ParameterCount.of(model).total()).isEqualTo(27159024);
    assertThat(built(model)).isEqualTo(ParameterCount.of(model));
  }

  @ParameterizedTest
  @CsvSource({
    "cifar10, 64, 128, .999, .2, 8",
    "cifar10-affine, 64, 128, .999, .2, 8",
    "cifar10-uniform, 64, 128, .999, .2, 8",
    "cifar10-no-attention, 64, 128, .999, .2, 8",
    "imagenet32, 32, 32, .999222, 0, 8",
    "imagenet64, 72, 72, .999, 0, 8",
    "imagenet64-5bit, 60, 60, .999, 0, 5",
    "celeba64-5bit, 56, 56, .999, 0, 5",
    "celeba64-3bit, 56, 56, .999, 0, 3",
    "celeba128-5bit, 48, 64, .999, 0, 5"
  })
  void presetsHaveTheHyperParametersOfTheirLaunchers(
      String preset, int batch, int initBatch, double ema, double dropout, int bits) {
    ExperimentConfig config = preset(preset);
    TrainingSpec training = config.training();
    assertThat(training.batch()).isEqualTo(batch);
    assertThat(training.initBatch()).isEqualTo(initBatch);
    assertThat(training.ema()).isEqualTo(ema);
    assertThat(training.clip()).isEqualTo(1);
    assertThat(training.optimizer())
        .isEqualTo(new OptimizerSpec(training.optimizer().learningRate(), .9, .999, 1e-8));
    assertThat(config.pretraining()).isEqualTo(new PretrainingSpec.None());
    assertThat(config.data().bits()).isEqualTo(bits);
    assertThat(config.model().bits()).isEqualTo(bits);
    boolean cifar = preset.startsWith("cifar10");
    assertThat(config.evaluation().samples()).isEqualTo(cifar ? 4096 : 1);
    for (FlowStepSpec.Couplings group : groups(config.model())) {
      assertThat(group.pointwise()).isEqualTo(cifar);
      assertThat(group.coupling().conditioner().dropout()).isEqualTo(dropout);
    }
    if (config.model().dequantizer() instanceof DequantizerSpec.Variational q) {
      assertThat(q.pointwise()).isEqualTo(cifar);
      assertThat(q.coupling().conditioner().dropout()).isEqualTo(dropout);
    }
  }

  @ParameterizedTest
  @CsvSource({"imagenet32, true", "imagenet64, true", "imagenet64-5bit, false", "cifar10, false"})
  void mixturesAreInFloat64WhereTheLaunchersHaveThemSo(String preset, boolean float64) {
    ModelSpec model = preset(preset).model();
    List<CouplingSpec> couplings = new ArrayList<>();
    groups(model).forEach(group -> couplings.add(group.coupling()));
    couplings.add(((DequantizerSpec.Variational) model.dequantizer()).coupling());
    assertThat(couplings)
        .hasSizeGreaterThan(3)
        .allSatisfy(
            coupling ->
                assertThat(((CouplingSpec.MixtureOfLogistics) coupling).arithmetic())
                    .isEqualTo(float64 ? Arithmetic.FLOAT64 : Arithmetic.AS_NETWORK));
  }

  private static List<FlowStepSpec.Couplings> groups(ModelSpec model) {
    return model.flow().stream()
        .filter(FlowStepSpec.Couplings.class::isInstance)
        .map(FlowStepSpec.Couplings.class::cast)
        .toList();
  }

  /** Learning rates at the end of each official piece, at the step after it, and far away. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cifar10         | 1: 1.5e-7, 1000: 1.5e-4, 2000: 3e-4, 2001: 3e-4, 300000: 3e-4",
        "imagenet32      | 1: 2e-7, 5000: 1e-3, 5001: 1e-3, 50000: 1e-3, 50001: 9.9995e-4, 60000: 6.0652307e-4, 74079: 3e-4, 300000: 3e-4",
        "imagenet64      | 1: 4e-8, 10000: 4e-4, 50000: 4e-4, 50001: 3.9998e-4, 55000: 3.115184e-4, 55001: 3e-4, 230000: 3e-4, 230001: 1e-9, 235000: 5e-6, 240000: 1e-5, 280000: 1e-5, 280001: 1e-6, 285000: 1e-6, 300000: 1e-6",
        "imagenet64-5bit | 1: 4e-8, 10000: 4e-4, 50000: 4e-4, 50001: 3.998e-4, 50576: 3e-4, 110000: 3e-4, 110001: 5e-10, 120000: 5e-6, 130000: 1e-5, 130001: 1e-5, 300000: 1e-5",
        "celeba64-5bit   | 1: 2e-9, 20000: 4e-5, 50000: 4e-5, 50001: 3.998e-5, 52773: 1e-5, 300000: 1e-5",
        "celeba64-3bit   | 1: 2e-9, 20000: 4e-5, 50000: 4e-5, 50001: 3.998e-5, 52773: 1e-5, 300000: 1e-5",
        "celeba128-5bit  | 1: 2e-10, 25000: 5e-6, 50000: 1e-5, 50001: 1e-5, 300000: 1e-5"
      })
  void presetsHaveTheSchedulesOfTheirLaunchers(String preset, String rates) {
    TrainingSpec training = preset(preset).training();
    for (String pair : rates.split(", ", -1)) {
      String[] stepAndRate = pair.split(": ", -1);
      double factor =
          LearningRate.factor(training.schedule(), Integer.parseInt(stepAndRate[0].strip()));
      assertThat(factor * training.optimizer().learningRate())
          .as("learning rate of %s at step %s", preset, stepAndRate[0])
          .isCloseTo(Double.parseDouble(stepAndRate[1]), withPercentage(1e-4));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "cifar10, ''",
    "imagenet32, ''",
    "imagenet64, 55001 230001 280001",
    "imagenet64-5bit, 110001",
    "celeba64-5bit, ''",
    "celeba128-5bit, ''"
  })
  void presetsHaveALearningRateAtEveryStepAndJumpWhereTheirLaunchersDo(
      String preset, String jumps) {
    ScheduleSpec schedule = preset(preset).training().schedule();
    List<String> found = new ArrayList<>();
    double before = 0;
    for (int step = 1; step <= 300_000; step++) {
      double factor = LearningRate.factor(schedule, step);
      if (!(factor > 0 && factor <= 1)) {
        assertThat(factor).as("step %d", step).isBetween(1e-12, 1.);
      }
      if (Math.abs(factor - before) > 1e-3) { // a step of the steepest piece: .0005
        found.add(String.valueOf(step));
      }
      before = factor;
    }
    assertThat(String.join(" ", found)).isEqualTo(jumps);
  }
}
