package io.flowpp.platform.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.stage.StageName;
import io.flowpp.platform.tracking.Registry;
import io.flowpp.platform.workspace.StageKey;
import io.flowpp.platform.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user may call a run. */
class TrainedRunsTest {
  @TempDir Path temporary;
  private Workspace workspace = Workspace.at(Path.of("unset"));
  private RunRecords records = new RunRecords(workspace);
  private TrainedRuns runs = new TrainedRuns(records, workspace, TrainedRunsTest::noServer);

  @BeforeEach
  void threeRunsOfOneNameTheSecondWorkedOnLast() throws IOException {
    workspace = Workspace.at(temporary.resolve("workspace"));
    records = new RunRecords(workspace);
    runs = new TrainedRuns(records, workspace, TrainedRunsTest::noServer);
    trained("tiny-aa1", "1".repeat(64), "mlflow-one", 1_000);
    trained("tiny-aa2", "2".repeat(64), "mlflow-two", 3_000);
    trained("tiny-b", "3".repeat(64), "mlflow-three", 2_000);
  }

  @Test
  void aNameIsTheLatestRunOfIt() {
    assertThat(runs.find("tiny").runId()).isEqualTo("tiny-aa2");
  }

  @Test
  void aRunIdItsBeginningAndAnMlflowRunIdAreThatRun() {
    assertThat(runs.find("tiny-aa1").runId()).isEqualTo("tiny-aa1");
    assertThat(runs.find("tiny-b").runId()).isEqualTo("tiny-b");
    assertThat(runs.find("mlflow-three").runId()).isEqualTo("tiny-b");
    assertThat(runs.find("tiny-aa1").weights()).hasFileName("weights.safetensors").exists();
  }

  @Test
  void aBeginningOfTwoRunsIsRefusedWithBoth() {
    assertThatThrownBy(() -> runs.find("tiny-a"))
        .isInstanceOfSatisfying(
            UserFault.class,
            fault -> {
              assertThat(fault.code()).isEqualTo("ambiguous-run");
              assertThat(fault.suggestion()).contains("tiny-aa1", "tiny-aa2");
            });
  }

  @Test
  void aRunWithoutTrainedWeightsIsToldApartFromNone() throws IOException {
    save("tiny-new", List.of(), 4_000);
    assertThatThrownBy(() -> runs.find("tiny-new"))
        .isInstanceOfSatisfying(
            UserFault.class, fault -> assertThat(fault.code()).isEqualTo("untrained-run"));
    assertThatThrownBy(() -> runs.find("other"))
        .isInstanceOfSatisfying(
            UserFault.class, fault -> assertThat(fault.code()).isEqualTo("unknown-run"));
  }

  @Test
  void aModelThatIsNoneIsTheUsersFaultAndNoServerIsAsked() {
    assertThatThrownBy(() -> runs.find("models:/fashion"))
        .isInstanceOfSatisfying(
            UserFault.class,
            fault -> {
              assertThat(fault.code()).isEqualTo("model-reference");
              assertThat(fault.suggestion()).contains("models:/NAME@ALIAS");
            });
  }

  private static Registry noServer() {
    throw new AssertionError("a server is asked for a run of this workspace");
  }

  private void trained(String runId, String digest, String mlflow, long touched)
      throws IOException {
    StageKey key = new StageKey(StageName.TRAIN_FLOW.id(), digest);
    Path prepared = workspace.prepare(key);
    Files.writeString(prepared.resolve("weights.safetensors"), "weights");
    workspace.publish(key, prepared);
    save(runId, List.of(new RunRecord.Stage(key.stage(), digest, "ran", 1, null, mlflow)), touched);
  }

  private void save(String runId, List<RunRecord.Stage> stages, long touched) throws IOException {
    RunRecord record = RunRecord.begin(runId, TinyExperiment.config(temporary), "raw", null);
    records.save(record.withStatus(RunRecord.Status.FINISHED, stages));
    Files.setLastModifiedTime(
        workspace.runs().resolve(runId).resolve("run.json"), FileTime.fromMillis(touched));
  }
}
