package io.flowpp.platform.execution;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Guice;
import io.flowpp.platform.beam.BeamModule;
import io.flowpp.platform.beam.Runners;
import io.flowpp.platform.beam.StagePipelines;
import io.flowpp.platform.beam.WorkerModule;
import io.flowpp.platform.config.ExperimentConfig;
import io.flowpp.platform.stage.Channels;
import io.flowpp.platform.stage.Evaluated;
import io.flowpp.platform.stage.StageCall;
import io.flowpp.platform.stage.StageEvent;
import io.flowpp.platform.stage.StageInputs;
import io.flowpp.platform.stage.StageKeys;
import io.flowpp.platform.stage.StageName;
import io.flowpp.platform.stage.StageOutcome;
import io.flowpp.platform.stage.StageResult;
import io.flowpp.platform.stage.StageStatus;
import io.flowpp.platform.stage.TrainedWeights;
import io.flowpp.platform.stage.TrainingCurve;
import io.flowpp.platform.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real stages through the real DirectRunner and the real native library, on a tiny model. */
class StagePipelinesTest {
  private static final String RAW = "c".repeat(64);

  @TempDir Path temporary;
  private Workspace workspace = Workspace.at(Path.of("unset"));
  private Path images = Path.of("unset");

  @BeforeEach
  void makeImages() throws IOException {
    workspace = Workspace.at(temporary.resolve("workspace"));
    images = TinyExperiment.images(temporary.resolve("images"));
  }

  @Test
  void allFourStagesRunAndAreThenCached() throws IOException {
    ExperimentConfig config = TinyExperiment.config(images);
    List<StageEvent> events = new CopyOnWriteArrayList<>();
    Map<StageName, Path> outputs = all(config, events);

    TrainedWeights flow =
        StageResult.read(output(outputs, StageName.TRAIN_FLOW), TrainedWeights.class);
    assertThat(flow.steps()).isEqualTo(12);
    assertThat(TrainedWeights.in(output(outputs, StageName.TRAIN_FLOW))).isRegularFile();
    TrainingCurve curve = TrainingCurve.read(output(outputs, StageName.TRAIN_FLOW));
    assertThat(curve.steps()).hasSize(12);
    assertThat(curve.validations()).extracting(v -> v.step()).containsExactly(5, 10, 12);
    assertThat(events).filteredOn(StageEvent.Stepped.class::isInstance).hasSize(6 + 12);

    Evaluated evaluated = StageResult.read(output(outputs, StageName.EVALUATE), Evaluated.class);
    assertThat(evaluated.images()).isEqualTo(20);
    assertThat(evaluated.metrics())
        .containsKeys(
            "test/bpd",
            "test/bpd_elbo",
            "test/dequantization_gap",
            "test/ess",
            "final/test_bpd",
            "final/train_bpd")
        .allSatisfy((name, value) -> assertThat(value).as(name).isFinite());
    assertThat(evaluated.metrics().get("test/dequantization_gap")).isNotNegative();

    for (StageName stage : StageName.values()) {
      assertThat(run(stage, config, outputs, new CopyOnWriteArrayList<>()).status())
          .as(stage.id())
          .isEqualTo(StageStatus.CACHED);
    }
  }

  @Test
  void aCancelledTrainingGoesOnToTheSameWeights() {
    ExperimentConfig config = TinyExperiment.config(images);
    Map<StageName, Path> outputs = new EnumMap<>(StageName.class);
    outputs.put(StageName.PREPARE_DATA, done(StageName.PREPARE_DATA, config, outputs));
    AtomicBoolean stop = new AtomicBoolean();
    StageOutcome stopped =
        pipelines()
            .run(
                call(StageName.TRAIN_FLOW, config, outputs),
                "direct",
                new Channels.Channel(
                    event -> {
                      if (event instanceof StageEvent.Stepped s && s.step().step() == 5) {
                        stop.set(true);
                      }
                    },
                    stop::get));
    assertThat(stopped.status()).isEqualTo(StageStatus.CANCELLED);
    assertThat(workspace.find(keys(config).key(StageName.TRAIN_FLOW))).isEmpty();

    List<StageEvent> events = new CopyOnWriteArrayList<>();
    assertThat(run(StageName.TRAIN_FLOW, config, outputs, events).status())
        .isEqualTo(StageStatus.RESUMED);
    assertThat(events).contains(new StageEvent.Started(5, 12, "step"));

    Workspace other = Workspace.at(temporary.resolve("other"));
    TrainedWeights resumed = trained(workspace, config);
    workspace = other;
    Map<StageName, Path> again = new EnumMap<>(StageName.class);
    again.put(StageName.PREPARE_DATA, done(StageName.PREPARE_DATA, config, again));
    assertThat(run(StageName.TRAIN_FLOW, config, again, new CopyOnWriteArrayList<>()).status())
        .isEqualTo(StageStatus.RAN);
    assertThat(trained(other, config).weightsSha256()).isEqualTo(resumed.weightsSha256());
  }

  @Test
  void aLongerTrainingGoesOnFromAShorterOneAndAShorterOneDoesNotGoBack() {
    ExperimentConfig config = TinyExperiment.config(images);
    Map<StageName, Path> outputs = new EnumMap<>(StageName.class);
    outputs.put(StageName.PREPARE_DATA, done(StageName.PREPARE_DATA, config, outputs));
    done(StageName.TRAIN_FLOW, config, outputs);
    ExperimentConfig longer = TinyExperiment.withTraining(config, TinyExperiment.training(15));
    assertThat(run(StageName.TRAIN_FLOW, longer, outputs, new CopyOnWriteArrayList<>()).status())
        .isEqualTo(StageStatus.RESUMED);
    assertThat(trained(workspace, longer).resumedFrom()).isEqualTo(12);
    ExperimentConfig shorter = TinyExperiment.withTraining(config, TinyExperiment.training(9));
    assertThat(run(StageName.TRAIN_FLOW, shorter, outputs, new CopyOnWriteArrayList<>()).status())
        .isEqualTo(StageStatus.RAN);
    assertThat(trained(workspace, shorter).steps()).isEqualTo(9);
  }

  @Test
  void anEvaluationThatWasStoppedKeepsItsFinishedUnits() {
    ExperimentConfig config = TinyExperiment.config(images);
    Map<StageName, Path> outputs = new EnumMap<>(StageName.class);
    outputs.put(StageName.PREPARE_DATA, done(StageName.PREPARE_DATA, config, outputs));
    outputs.put(StageName.TRAIN_FLOW, done(StageName.TRAIN_FLOW, config, outputs));
    AtomicBoolean stop = new AtomicBoolean();
    StageOutcome stopped =
        pipelines()
            .run(
                call(StageName.EVALUATE, config, outputs),
                "direct",
                new Channels.Channel(
                    event -> stop.compareAndSet(false, event instanceof StageEvent.UnitDone),
                    stop::get));
    assertThat(stopped.status()).isEqualTo(StageStatus.CANCELLED);
    List<StageEvent> events = new CopyOnWriteArrayList<>();
    assertThat(run(StageName.EVALUATE, config, outputs, events).status())
        .isEqualTo(StageStatus.RESUMED);
    assertThat(events)
        .filteredOn(StageEvent.Started.class::isInstance)
        .singleElement()
        .isEqualTo(new StageEvent.Started(1, 5, "part"));
  }

  @Test
  void aFailingStageIsAnAnswerWithItsCause() throws IOException {
    ExperimentConfig config = TinyExperiment.config(images);
    Map<StageName, Path> outputs = new EnumMap<>(StageName.class);
    outputs.put(StageName.PREPARE_DATA, temporary.resolve("nowhere"));
    StageOutcome outcome = run(StageName.TRAIN_FLOW, config, outputs, new CopyOnWriteArrayList<>());
    assertThat(outcome.status()).isEqualTo(StageStatus.FAILED);
    assertThat(outcome.failure()).isNotNull();
    assertThat(workspace.find(keys(config).key(StageName.TRAIN_FLOW))).isEmpty();
    try (var left = Files.list(workspace.root().resolve("tmp"))) {
      assertThat(left.filter(Files::isDirectory).filter(p -> p.toString().contains("train-flow")))
          .isEmpty();
    }
  }

  private Map<StageName, Path> all(ExperimentConfig config, List<StageEvent> events) {
    Map<StageName, Path> outputs = new EnumMap<>(StageName.class);
    for (StageName stage : StageName.values()) {
      StageOutcome outcome = run(stage, config, outputs, events);
      assertThat(outcome.status()).as("%s: %s", stage, outcome).isEqualTo(StageStatus.RAN);
      outputs.put(stage, workspace.find(keys(config).key(stage)).orElseThrow());
    }
    return outputs;
  }

  private Path done(StageName stage, ExperimentConfig config, Map<StageName, Path> outputs) {
    StageOutcome outcome = run(stage, config, outputs, new CopyOnWriteArrayList<>());
    assertThat(outcome.status()).as("%s: %s", stage, outcome).isEqualTo(StageStatus.RAN);
    return workspace.find(keys(config).key(stage)).orElseThrow();
  }

  private StageOutcome run(
      StageName stage,
      ExperimentConfig config,
      Map<StageName, Path> outputs,
      List<StageEvent> events) {
    return pipelines()
        .run(
            call(stage, config, outputs), "direct", new Channels.Channel(events::add, () -> false));
  }

  private StagePipelines pipelines() {
    return Guice.createInjector(new BeamModule(WorkerModule.class, workspace.root()))
        .getInstance(StagePipelines.class);
  }

  private StageCall call(StageName stage, ExperimentConfig config, Map<StageName, Path> outputs) {
    return new StageCall(
        stage,
        keys(config).key(stage),
        keys(config).scratch(stage),
        StageInputs.of(stage, config, images, Runners.options("direct", 2), outputs),
        "test-" + stage.id() + "-" + Token.fresh(),
        "cpu",
        1,
        temporary.resolve(Token.fresh() + ".json"));
  }

  private static StageKeys keys(ExperimentConfig config) {
    return StageKeys.of(config, RAW, null);
  }

  private static TrainedWeights trained(Workspace workspace, ExperimentConfig config) {
    Path output = workspace.find(keys(config).key(StageName.TRAIN_FLOW)).orElseThrow();
    return StageResult.read(output, TrainedWeights.class);
  }

  private static Path output(Map<StageName, Path> outputs, StageName stage) {
    Path output = outputs.get(stage);
    assertThat(output).isNotNull();
    return java.util.Objects.requireNonNull(output);
  }
}
