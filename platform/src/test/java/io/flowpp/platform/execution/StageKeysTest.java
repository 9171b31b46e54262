package io.flowpp.platform.execution;

import static io.flowpp.platform.stage.StageName.EVALUATE;
import static io.flowpp.platform.stage.StageName.PRETRAIN_DEQUANTIZER;
import static io.flowpp.platform.stage.StageName.TRAIN_FLOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowpp.core.spec.ComputeSpec;
import io.flowpp.core.spec.KeepSpec;
import io.flowpp.core.spec.Memory;
import io.flowpp.core.spec.OptimizerSpec;
import io.flowpp.core.spec.Precision;
import io.flowpp.core.spec.PretrainingSpec;
import io.flowpp.core.spec.ScheduleSpec;
import io.flowpp.core.spec.StabilitySpec;
import io.flowpp.core.spec.TrainingSpec;
import io.flowpp.platform.config.ExperimentConfig;
import io.flowpp.platform.stage.StageJson;
import io.flowpp.platform.stage.StageKeys;
import io.flowpp.platform.stage.StageName;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class StageKeysTest {
  private static final String RAW = "a".repeat(64);
  private final ExperimentConfig config = TinyExperiment.config(Path.of("images"));

  @Test
  void aConfigurationThatIsReadBackHasTheSameKeys() {
    ExperimentConfig again = StageJson.read(StageJson.write(config), ExperimentConfig.class);
    assertThat(again).isEqualTo(config);
    assertThat(changed(again)).isEmpty();
  }

  @Test
  void evaluationChangesOnlyTheEvaluation() {
    assertThat(
            changed(
                TinyExperiment.withEvaluation(
                    config, new ExperimentConfig.Evaluation(4, 20, 5, 4))))
        .containsExactly(EVALUATE);
  }

  @Test
  void theBudgetChangesTheTrainingAndWhatFollows() {
    assertThat(changed(TinyExperiment.withTraining(config, TinyExperiment.training(13))))
        .containsExactly(TRAIN_FLOW, EVALUATE);
  }

  @Test
  void pretrainingChangesAllButTheData() {
    assertThat(changed(TinyExperiment.withPretraining(config, new PretrainingSpec.None())))
        .containsExactly(PRETRAIN_DEQUANTIZER, TRAIN_FLOW, EVALUATE);
  }

  @Test
  void theSeedChangesAllButTheData() {
    assertThat(changed(TinyExperiment.withSeed(config, 8)))
        .containsExactly(PRETRAIN_DEQUANTIZER, TRAIN_FLOW, EVALUATE);
  }

  @Test
  void deviceThreadsRunnerPlaceAndCheckpointsChangeNothing() {
    assertThat(
            changed(
                TinyExperiment.withExecution(
                    config, new ExperimentConfig.Execution("flink", "cuda:1", 16))))
        .isEmpty();
    assertThat(changed(TinyExperiment.config(Path.of("elsewhere")))).isEmpty();
    assertThat(changed(TinyExperiment.withTraining(config, checkpointsEvery(9)))).isEmpty();
    TrainingSpec t = config.training();
    assertThat(changed(TinyExperiment.withTraining(config, t.with(new KeepSpec(9, 3, List.of())))))
        .isEmpty();
    ComputeSpec lean = new ComputeSpec(Memory.LEAN, Precision.FP32, 0, false);
    assertThat(changed(TinyExperiment.withTraining(config, t.with(lean)))).isEmpty();
  }

  @Test
  void whatChangesTheNumbersOfAStepIsAnotherTraining() {
    TrainingSpec t = config.training();
    for (TrainingSpec other :
        List.of(
            t.with(new ComputeSpec(Memory.AUTO, Precision.BF16, 0, false)),
            t.with(new ComputeSpec(Memory.AUTO, Precision.FP32, 2, false)),
            t.with(new ComputeSpec(Memory.AUTO, Precision.FP32, 0, true)),
            t.withEmaWarmup(true),
            t.withPatience(2),
            t.withOverfitBatches(2),
            t.with(TrainingSpec.Outcome.BEST),
            t.with(new StabilitySpec(5, .25, 3)))) {
      assertThat(changed(TinyExperiment.withTraining(config, other)))
          .containsExactly(TRAIN_FLOW, EVALUATE);
    }
  }

  @Test
  void rawDataAndAFreshGenerationChangeEverything() {
    StageKeys before = StageKeys.of(config, RAW, null);
    assertThat(differ(before, StageKeys.of(config, "b".repeat(64), null)))
        .containsExactly(StageName.values());
    assertThat(differ(before, StageKeys.of(config, RAW, "again")))
        .containsExactly(StageName.values());
  }

  @Test
  void aLongerBudgetOfTheSameScheduleSharesItsCheckpoints() {
    StageKeys shorter = StageKeys.of(config, RAW, null);
    StageKeys longer =
        StageKeys.of(TinyExperiment.withTraining(config, TinyExperiment.training(1000)), RAW, null);
    assertThat(longer.scratch(TRAIN_FLOW)).isEqualTo(shorter.scratch(TRAIN_FLOW));
    assertThat(longer.scratch(TRAIN_FLOW)).isNotEqualTo(longer.key(TRAIN_FLOW));
  }

  @Test
  void anotherHorizonOfADecayIsAnotherTraining() {
    assertThat(scratch(new ScheduleSpec.Cosine(4, 12, .1)))
        .isNotEqualTo(scratch(new ScheduleSpec.Cosine(4, 24, .1)));
  }

  @Test
  void aRunIsNamedByWhatItComputes() {
    String id = RunId.of(config, RAW);
    assertThat(id).matches("tiny-[0-9a-f]{12}");
    assertThat(RunId.of(TinyExperiment.config(Path.of("elsewhere")), RAW)).isEqualTo(id);
    assertThat(RunId.of(TinyExperiment.withSeed(config, 8), RAW)).isNotEqualTo(id);
    assertThat(RunId.of(config, "b".repeat(64))).isNotEqualTo(id);
  }

  private List<StageName> changed(ExperimentConfig other) {
    return differ(StageKeys.of(config, RAW, null), StageKeys.of(other, RAW, null));
  }

  private static List<StageName> differ(StageKeys a, StageKeys b) {
    return Arrays.stream(StageName.values())
        .filter(stage -> !a.key(stage).equals(b.key(stage)))
        .toList();
  }

  private Object scratch(ScheduleSpec schedule) {
    TrainingSpec t = config.training();
    TrainingSpec decaying =
        new TrainingSpec(
            t.steps(),
            t.batch(),
            t.initBatch(),
            t.optimizer(),
            schedule,
            t.ema(),
            t.clip(),
            t.validateEvery(),
            t.validationImages(),
            t.checkpointEvery());
    return StageKeys.of(TinyExperiment.withTraining(config, decaying), RAW, null)
        .scratch(TRAIN_FLOW);
  }

  private TrainingSpec checkpointsEvery(int steps) {
    TrainingSpec t = config.training();
    OptimizerSpec optimizer = t.optimizer();
    return new TrainingSpec(
        t.steps(),
        t.batch(),
        t.initBatch(),
        optimizer,
        t.schedule(),
        t.ema(),
        t.clip(),
        t.validateEvery(),
        t.validationImages(),
        steps);
  }
}
