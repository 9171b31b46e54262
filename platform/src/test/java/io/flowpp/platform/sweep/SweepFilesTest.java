package io.flowpp.platform.sweep;

import static io.flowpp.platform.sweep.SweepFolder.names;
import static io.flowpp.platform.sweep.SweepFolder.params;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flowpp.platform.config.ExperimentLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepFilesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SMOKE = Path.of("../experiments/ablations/smoke.yaml");

  @TempDir Path directory;

  private SweepSpec load(String text) {
    return SweepFolder.in(directory).load(text);
  }

  private static JsonNode config(TrialSpec trial) throws IOException {
    return JSON.readTree(trial.config());
  }

  @Test
  void aGridIsEveryArmWithEveryValueAndEverySeedTheFirstSeedFirst() throws IOException {
    SweepSpec spec =
        load(
            """
            name: grid
            parameters:
              training.batch: [8, 16]
              training: {ema: [0.9]}
            ablations:
              full: {}
              affine: {model: {flow: {coupling: {kind: affine}}}}
            seeds: [1, 2]
            """);
    assertThat(names(spec))
        .containsExactly(
            "grid-full-batch-8-ema-0.9-s1",
            "grid-full-batch-16-ema-0.9-s1",
            "grid-affine-batch-8-ema-0.9-s1",
            "grid-affine-batch-16-ema-0.9-s1",
            "grid-full-batch-8-ema-0.9-s2",
            "grid-full-batch-16-ema-0.9-s2",
            "grid-affine-batch-8-ema-0.9-s2",
            "grid-affine-batch-16-ema-0.9-s2");
    TrialSpec third = spec.trials().get(3);
    assertThat(third.params())
        .isEqualTo(Map.of("ablation", "affine", "training.batch", "16", "training.ema", "0.9"));
    assertThat(config(third).at("/training/batch").intValue()).isEqualTo(16);
    assertThat(config(third).at("/model/flow/coupling/kind").textValue()).isEqualTo("affine");
    assertThat(config(third).at("/name").textValue()).isEqualTo(third.name());
    assertThat(config(third).at("/seed").intValue()).isEqualTo(1);
    assertThat(config(third).at("/data/source").textValue())
        .isEqualTo(directory.resolve("images").toString());
    assertThat(spec.ranges())
        .containsExactly(
            Map.entry("ablation", "full, affine"),
            Map.entry("training.batch", "8, 16"),
            Map.entry("training.ema", "0.9"),
            Map.entry("seed", "1, 2"));
  }

  @Test
  void whatIsNotWrittenHasADefault() {
    SweepSpec spec = load("parameters: {training.batch: [8, 16, 32]}");
    assertThat(spec.name()).isEqualTo("x");
    assertThat(spec.experiment()).isEqualTo("x");
    assertThat(spec.trials()).extracting(TrialSpec::seed).containsOnly(7L); // the base's
    assertThat(spec.metric()).isEqualTo(new Metric("final/test_bpd", Metric.Direction.MINIMIZE));
    assertThat(spec.limits()).isEqualTo(new Limits(null, 2, null, null, 3, Duration.ofMinutes(10)));
    assertThat(spec.threads()).isEqualTo(2); // four cores for two trials
    assertThat(spec.text()).contains("[8, 16, 32]");
  }

  @Test
  void coresAreSharedAmongTrialsAtOnceUnlessTheBaseSaysHowMany() {
    SweepFolder folder = SweepFolder.in(directory);
    String seeds = "seeds: [1, 2, 3, 4, 5, 6, 7, 8]\n";
    SweepDefaults cores = new SweepDefaults(16, 0, null, null);
    assertThat(folder.load(seeds, cores).limits().maxConcurrent()).isEqualTo(8);
    assertThat(folder.load(seeds, cores).threads()).isEqualTo(2);
    SweepSpec two = folder.load(seeds + "limits: {max-concurrent: 2}", cores);
    assertThat(two.threads()).isEqualTo(8);
    assertThat(folder.load(seeds + "set: {execution.threads: 3}", cores).threads()).isEqualTo(3);
    SweepDefaults gpus = new SweepDefaults(16, 3, null, null);
    assertThat(folder.load(seeds, gpus).limits().maxConcurrent()).as("auto").isEqualTo(3);
    String named = seeds + "set: {execution.device: %s}";
    assertThat(folder.load(named.formatted("cpu"), gpus).limits().maxConcurrent()).isEqualTo(8);
    assertThat(folder.load(named.formatted("cuda:1"), gpus).limits().maxConcurrent()).isEqualTo(1);
    assertThat(folder.load("seeds: [1]", cores).limits().maxConcurrent()).isEqualTo(1);
    assertThat(folder.load("seeds: [1, 2]", new SweepDefaults(1, 0, null, null)).threads())
        .isEqualTo(1);
    // Another machine that joins goes on as it began.
    SweepSpec later = folder.load(seeds + "limits: {max-concurrent: 2}", SweepDefaults.of(two));
    assertThat(later).isEqualTo(two);
  }

  @Test
  void aConditionalParameterIsTriedWhereItHasAMeaningAndNowhereElse() {
    SweepSpec spec =
        load(
            """
            parameters:
              model.flow.coupling.components: {values: [2, 4], when: {model.flow.coupling.kind: mixture}}
              model.flow.coupling.kind: [mixture, affine]
            """);
    String kind = "model.flow.coupling.kind";
    String components = "model.flow.coupling.components";
    assertThat(spec.trials()).hasSize(3);
    assertThat(params(spec))
        .containsExactlyInAnyOrder(
            Map.of(kind, "mixture", components, "2"),
            Map.of(kind, "mixture", components, "4"),
            Map.of(kind, "affine"));
  }

  @Test
  void aConditionMayAskForWhatAnAblationOrTheBaseGives() {
    String kinds =
        """
        ablations: {full: {}, affine: {model.flow.coupling.kind: affine}}
        parameters:
        """;
    String byKey =
        "  model.flow.coupling.components: {values: [2, 3], when: {model.flow.coupling.kind: mixture}}";
    String byName = "  model.flow.coupling.components: {values: [2, 3], when: {ablation: full}}";
    String byDefault =
        "  model.dequantizer.coupling.components: {values: [2, 3], when: {model.dequantizer.coupling.kind: [mixture]}}";
    assertThat(params(load(kinds + byKey))).hasSize(3).isEqualTo(params(load(kinds + byName)));
    // The dequantizer's coupling is the flow's unless something else is written.
    assertThat(params(load(kinds + byDefault))).hasSize(3);
  }

  @Test
  void settingsForAllTrialsGiveWayToWhatAnAblationChooses() throws IOException {
    SweepSpec spec =
        load(
            """
            set: {model.flow.coupling.components: 3, training.steps: 50}
            ablations: {full: {}, affine: {model.flow.coupling.kind: affine}, long: {training.steps: 60}}
            """);
    assertThat(config(spec.trials().get(0)).at("/model/flow/coupling/components").intValue())
        .isEqualTo(3);
    assertThat(config(spec.trials().get(1)).at("/model/flow/coupling/components").isMissingNode())
        .isTrue();
    assertThat(spec.trials())
        .extracting(trial -> config(trial).at("/training/steps").intValue())
        .containsExactly(50, 50, 60);
  }

  @Test
  void aTrialKeepsItsIdNameAndConfigurationWhenOthersJoin() {
    SweepSpec few = load("name: s\nparameters: {training.batch: [8, 16]}");
    SweepSpec more = load("name: s\nparameters: {training.batch: [4, 16, 8]}\nseeds: [9, 7]");
    assertThat(more.trials()).containsAll(few.trials());
    assertThat(more.trials()).extracting(TrialSpec::id).doesNotHaveDuplicates();
    assertThat(more.trials()).extracting(TrialSpec::id).allMatch(id -> id.matches("[0-9a-f]{8}"));
  }

  @Test
  void namesAreShortUniqueAndNamesOfExperiments() {
    SweepSpec spec =
        load(
            """
            name: s
            parameters:
              model.flow.coupling.kind: [mixture, affine]
              pretraining.kind: [none]
              model.flow.layout: [cb1 s2d ch2, cb1 s2d ch1]
            """);
    assertThat(names(spec).get(0))
        .matches("s-coupling-kind-mixture-pretraining-kind-none-layout-cb1_s2d_ch2-s7-[0-9a-f]{8}");
    assertThat(names(spec))
        .doesNotHaveDuplicates()
        .allMatch(name -> name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}"));
  }

  @Test
  void allTrialsStandUnderOneExperimentOfMlflow() throws IOException {
    SweepSpec spec = load("set: {tracking.experiment: Our sweeps}\nseeds: [1, 2]");
    assertThat(spec.experiment()).isEqualTo("Our sweeps");
    for (TrialSpec trial : spec.trials()) {
      assertThat(config(trial).at("/tracking/experiment").textValue()).isEqualTo("Our sweeps");
    }
  }

  @Test
  void theConfigurationOfATrialIsAnExperimentFileThatMeansTheSame() throws IOException {
    List<TrialSpec> trials = SweepFiles.load(SMOKE, SweepFolder.FOUR_CORES).trials();
    assertThat(trials).hasSize(8);
    for (TrialSpec trial : trials) {
      Path file = Files.writeString(directory.resolve(trial.id() + ".json"), trial.config());
      var again = ExperimentLoader.load(file, List.of());
      assertThat(JSON.readTree(again.standalone().toString())).isEqualTo(config(trial));
      assertThat(again.standalone()).isEqualTo(again.tree());
      assertThat(again.config().execution().threads()).isEqualTo(2);
    }
  }

  @Test
  void aThousandTrialsAreSpeltOut() {
    String seeds =
        IntStream.rangeClosed(1, 125).mapToObj(String::valueOf).collect(Collectors.joining(", "));
    SweepSpec spec =
        load(
            "parameters: {training.batch: [1, 2], training.ema: [0.1, 0.2], training.clip: [1, 2]}\nseeds: ["
                + seeds
                + "]");
    assertThat(spec.trials()).hasSize(1000).extracting(TrialSpec::id).doesNotHaveDuplicates();
  }
}
