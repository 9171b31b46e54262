package io.flowpp.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.inject.Guice;
import com.google.inject.Injector;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.execution.SyncRuns;
import io.flowpp.platform.tracking.ModelVersion;
import io.flowpp.platform.tracking.NotSent;
import io.flowpp.platform.tracking.Registry;
import io.flowpp.platform.tracking.RunStart;
import io.flowpp.platform.tracking.RunStatus;
import io.flowpp.platform.tracking.StubMlflow;
import io.flowpp.platform.tracking.TrackedRun;
import io.flowpp.platform.tracking.Tracker;
import io.flowpp.platform.tracking.TrackerFactory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Journals whose way to the server is not a straight one. */
@Tag("slow")
class RunsSyncTest {
  private static final String PARENT = "mlflow.parentRunId";
  private static final int TOO_LARGE = 413;

  @TempDir Path temporary;
  private Path workspace = Path.of("unset");

  @BeforeEach
  void makeWorkspace() throws IOException {
    workspace = Files.createDirectories(temporary.resolve("workspace"));
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // waits heed no interrupt
  void aJournalThatAnotherProcessHoldsIsToldInsteadOfWaitedForForEver() throws IOException {
    journal("held", Map.of());
    Path lockFile = directory("held").resolve("upload.lock");
    try (StubMlflow server = StubMlflow.start("mlflow-artifacts:/1", 200);
        FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      SyncRuns.Synced synced = sync(server).withPatience(Duration.ofSeconds(1)).sync(line -> {});
      assertThat(lock.isValid()).isTrue();
      assertThat(synced.pending()).isPositive();
      assertThat(synced.trouble()).contains("another process", lockFile.toString());
    }
  }

  @Test
  void artifactsThatTheServerWillNotHaveAreToldWithTheReasonAndAnExitCode() throws Exception {
    Path gone = Files.writeString(workspace.resolve("gone"), "gone");
    Path changed = Files.writeString(workspace.resolve("changed"), "before");
    Path large = Files.writeString(workspace.resolve("large"), "large");
    try (Tracker tracker = offline().open("tests", directory("r"))) {
      TrackedRun run = tracker.start(new RunStart("r", "run", null, Map.of(), Map.of()));
      run.artifact(gone, "a/gone");
      run.artifact(changed, "a/changed");
      run.artifact(large, "a/large");
      run.register(new ModelVersion("m", "a", "a model", Map.of()));
      run.end(RunStatus.FINISHED);
    }
    Files.delete(gone);
    Files.writeString(changed, "after");
    try (StubMlflow server = StubMlflow.start("mlflow-artifacts:/1", TOO_LARGE)) {
      FlowppProcess process =
          FlowppProcess.start(workspace, tracked(server), "runs", "sync", "--json");
      assertThat(process.exitCode()).as(process.err()).isEqualTo(ExitCode.FAILED.number());
      JsonNode answer = process.json();
      assertThat(answer.path("pending").asLong(-1)).isZero();
      assertThat(answer.path("not_sent").findValuesAsText("path"))
          .containsExactly("a/gone", "a/changed", "a/large");
      assertThat(answer.path("not_sent").findValuesAsText("reason"))
          .satisfiesExactly(
              reason -> assertThat(reason).contains("gone"),
              reason -> assertThat(reason).contains("changed"),
              reason -> assertThat(reason).contains("413"));
      List<NotSent> later = sync(server).sync(line -> {}).notSent();
      assertThat(later).as("as long as it is so").hasSize(3);
      assertThat(server.asked())
          .as("a version without its weights")
          .contains("mlflow/runs/create")
          .doesNotContain("mlflow/model-versions/create");
      assertThat(RunsText.notSent(later).lines())
          .hasSize(3)
          .allMatch(line -> line.startsWith("not on the server: a/"));
    }
    try (StubMlflow other = StubMlflow.start("file:///mlruns/1", 200)) {
      assertThat(sync(other).sync(line -> {}).notSent())
          .filteredOn(one -> one.path().equals("a/large"))
          .singleElement()
          .satisfies(one -> assertThat(one.reason()).contains("has no proxy"));
    }
  }

  /** The stub answers that it has taken every file, and keeps none. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // waits heed no interrupt
  void whatTheServerSaysItHasTakenAndDoesNotHaveIsNotSent() throws IOException {
    Path file = Files.writeString(workspace.resolve("file"), "file");
    try (Tracker tracker = offline().open("tests", directory("r"))) {
      TrackedRun run = tracker.start(new RunStart("r", "run", null, Map.of(), Map.of()));
      run.artifact(file, "a/file");
      run.end(RunStatus.FINISHED);
    }
    try (StubMlflow server = StubMlflow.start("mlflow-artifacts:/1", 200)) {
      SyncRuns.Synced synced = sync(server).withPatience(Duration.ofSeconds(5)).sync(line -> {});
      assertThat(synced.pending()).isPositive();
      assertThat(synced.trouble()).contains("a/file", "something else than was sent");
    }
  }

  @Test
  void aVersionWithoutItsWeightsIsNotPromoted() throws IOException {
    Path weights = Files.writeString(workspace.resolve("weights.safetensors"), "weights");
    try (StubMlflow server = StubMlflow.start("mlflow-artifacts:/1", TOO_LARGE)) {
      Registry registry = on(tracked(server)).getInstance(Registry.class);
      ModelVersion version = new ModelVersion("m", "model", "a model", Map.of());
      assertThatThrownBy(() -> registry.promote(version, "id-of-r", weights, "champion"))
          .isInstanceOfSatisfying(
              UserFault.class,
              fault -> {
                assertThat(fault.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
                assertThat(fault.line()).contains("weights", "413").doesNotContain("\n");
              });
    }
  }

  /** The server was away when the trials began, and journals are sent in no order of theirs. */
  @Test
  void trialsStandUnderTheirSweepWhicheverIsSentFirst() throws IOException {
    journal("sweep:s/1", "m-sweep", Map.of());
    for (String trial : List.of("a-trial", "z-trial")) {
      journal(trial, Map.of(RunStart.PARENT_KEY, "sweep:s/1"));
    }
    try (StubMlflow server = StubMlflow.start("mlflow-artifacts:/1", 200)) {
      assertThat(sync(server).sync(line -> {}).pending()).isZero();
      for (String trial : List.of("a-trial", "z-trial")) {
        assertThat(server.tags(trial)).containsEntry(PARENT, StubMlflow.id("sweep:s/1"));
      }
      journal("late", Map.of(RunStart.PARENT_KEY, "sweep:t/1"));
      assertThat(sync(server).sync(line -> {}).pending()).isZero();
      assertThat(server.tags("late")).doesNotContainKey(PARENT);
      journal("sweep:t/1", "t-sweep", Map.of());
      sync(server).sync(line -> {});
      assertThat(server.tags("late")).containsEntry(PARENT, StubMlflow.id("sweep:t/1"));
    }
  }

  private void journal(String name, Map<String, String> tags) {
    journal(name, name, tags);
  }

  private void journal(String key, String name, Map<String, String> tags) {
    try (Tracker tracker = offline().open("tests", directory(name))) {
      tracker.start(new RunStart(key, name, null, Map.of(), tags)).end(RunStatus.FINISHED);
    }
  }

  private Path directory(String name) {
    return workspace.resolve("journals").resolve(name);
  }

  private TrackerFactory offline() {
    return on(Map.of("FLOWPP_OFFLINE", "1")).getInstance(TrackerFactory.class);
  }

  private SyncRuns sync(StubMlflow server) {
    return on(tracked(server)).getInstance(SyncRuns.class);
  }

  private static Map<String, String> tracked(StubMlflow server) {
    return Map.of("MLFLOW_TRACKING_URI", server.uri().toString());
  }

  private Injector on(Map<String, String> environment) {
    return Guice.createInjector(new PlatformModule(workspace, environment));
  }
}
