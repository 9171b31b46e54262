package io.flowpp.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import com.google.inject.Guice;
import com.google.inject.Injector;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.execution.DeleteRun;
import io.flowpp.platform.execution.ExportRun;
import io.flowpp.platform.execution.ReapRuns;
import io.flowpp.platform.execution.RunCatalogue;
import io.flowpp.platform.execution.RunExperiment;
import io.flowpp.platform.execution.RunRequest;
import io.flowpp.platform.execution.RunResult;
import io.flowpp.platform.execution.SyncRuns;
import io.flowpp.platform.execution.TinyExperiment;
import io.flowpp.platform.stage.StageName;
import io.flowpp.platform.tracking.Arrival;
import io.flowpp.platform.tracking.MlflowProcess;
import io.flowpp.platform.tracking.RunStart;
import io.flowpp.platform.tracking.RunStatus;
import io.flowpp.platform.tracking.TrackedRun;
import io.flowpp.platform.tracking.Tracker;
import io.flowpp.platform.tracking.TrackerFactory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done with runs after they ran, first of all without a server. */
@Tag("slow")
class RunsTest {
  private static final Map<String, String> OFFLINE = Map.of("FLOWPP_OFFLINE", "1");
  private static final String EXPERIMENT = "tests";

  @TempDir private static Path shared;
  private static RunResult run;

  @TempDir Path temporary;

  @BeforeAll
  static void runOffline() throws IOException {
    RunRequest request =
        new RunRequest(
            TinyExperiment.loaded(
                TinyExperiment.config(TinyExperiment.images(shared.resolve("images"))), shared),
            null,
            RunRequest.Freshness.REUSE,
            null,
            "./flowpp run tiny.yaml",
            null);
    try (ProgressDisplay display = ProgressDisplay.on(new PrintWriter(new StringWriter()))) {
      run =
          on(shared.resolve("workspace"), OFFLINE)
              .getInstance(RunExperiment.class)
              .run(request, display, () -> false);
    }
  }

  @Test
  void runsAreListedAndShownFromTheirJournals() throws IOException {
    RunCatalogue runs = on(workspace(), OFFLINE).getInstance(RunCatalogue.class);
    assertThat(runs.list()).hasSize(1);
    RunCatalogue.Row row = runs.list().get(0);
    assertThat(row.runId()).isEqualTo(run.runId());
    assertThat(row.status()).isEqualTo("finished");
    assertThat(row.pending()).isPositive();
    assertThat(row.metrics()).isEqualTo(run.metrics());
    RunCatalogue.Shown shown = runs.show("tiny");
    assertThat(shown.tracked()).hasSize(5).allMatch(r -> r.status() == RunStatus.FINISHED);
    assertThat(RunsText.whole(shown))
        .contains("train/bpd")
        .contains("12 points to step 12")
        .contains("report.html");
  }

  @Test
  void aCopyOfTheWorkspaceOnAnotherMachineIsSentWhole() throws Exception {
    Path copy = workspace();
    assertThat(Files.readString(copy.resolve("journals").resolve(run.runId() + "/journal.jsonl")))
        .doesNotContain(shared.resolve("workspace").toString());
    try (MlflowProcess server = MlflowProcess.start(temporary.resolve("server"))) {
      Map<String, String> tracked = Map.of("MLFLOW_TRACKING_URI", server.uri().toString());
      SyncRuns sync = on(copy, tracked).getInstance(SyncRuns.class);
      SyncRuns.Synced synced = sync.sync(line -> {});
      assertThat(synced.pending()).as(synced.trouble()).isZero();
      assertThat(synced.sent()).isPositive();
      Arrival arrival = Arrival.whole(copy.resolve("journals"), server.uri(), EXPERIMENT);
      assertThat(arrival.runs()).isEqualTo(5);
      assertThat(arrival.artifacts()).isGreaterThan(10);
      assertThat(sync.sync(line -> {}).runs()).isEmpty();
      assertThat(sync.syncAgain(line -> {}).sent()).isEqualTo(synced.sent());
      Arrival.whole(copy.resolve("journals"), server.uri(), EXPERIMENT);

      // Of a killed process, and of one that lives.
      journal(copy, "ghost", tracked, true);
      try (Tracker living = journal(copy, "living", tracked, false)) {
        ReapRuns reap = on(copy, tracked).getInstance(ReapRuns.class);
        assertThat(reap.reap(Duration.ofHours(1), line -> {}).runs()).isEmpty();
        ReapRuns.Reaped reaped = reap.reap(Duration.ZERO, line -> {});
        assertThat(reaped.runs()).containsExactly(new ReapRuns.Ghost("ghost", 2));
        assertThat(reaped.synced().pending()).isZero();
        living.flush(Duration.ofMinutes(1));
        Arrival after = Arrival.whole(copy.resolve("journals"), server.uri(), EXPERIMENT);
        assertThat(after.runs()).isEqualTo(9);
        assertThat(after.statuses().stream().filter("KILLED"::equals)).hasSize(2);
        assertThat(after.statuses().stream().filter("RUNNING"::equals)).hasSize(2);
      }
    }
  }

  /** Its process may be between the end of its tracked runs and that of its record. */
  @Test
  void aRunOnWhichAProcessWorksIsNotReaped() throws IOException {
    Path workspace = workspace();
    Path record = workspace.resolve("runs").resolve(run.runId()).resolve("run.json");
    String finished = Files.readString(record);
    assertThat(finished).contains("\"FINISHED\"");
    Files.writeString(record, finished.replace("\"FINISHED\"", "\"RUNNING\""));
    Injector platform = on(workspace, OFFLINE);
    ReapRuns reap = platform.getInstance(ReapRuns.class);
    Path journal = workspace.resolve("journals").resolve(run.runId());
    try (Tracker working = platform.getInstance(TrackerFactory.class).open(EXPERIMENT, journal)) {
      reap.reap(Duration.ZERO, line -> {});
      assertThat(working.state()).isNotNull();
      assertThat(Files.readString(record)).contains("\"RUNNING\"");
    }
    reap.reap(Duration.ZERO, line -> {});
    assertThat(Files.readString(record)).contains("\"KILLED\"");
  }

  @Test
  void anExportedRunNeedsNothingElse() throws IOException {
    Path workspace = workspace();
    Path folder = temporary.resolve("exported");
    ExportRun.Exported exported =
        on(workspace, OFFLINE).getInstance(ExportRun.class).export(run.runId(), folder, line -> {});
    assertThat(exported.missing()).isEmpty();
    assertThat(Files.readAllLines(folder.resolve("metrics.csv"))).hasSize(1 + points(exported));
    assertThat(folder.resolve("artifacts/report.html"))
        .hasSameBinaryContentAs(Path.of(String.valueOf(run.report())));
    assertThat(folder.resolve("artifacts/train-flow/checkpoints/checkpoints.json")).exists();
    for (StageName stage : StageName.values()) {
      assertThat(folder.resolve("stages").resolve(stage.id() + ".json")).exists();
    }
    assertThatThrownBy(
            () ->
                on(workspace, OFFLINE)
                    .getInstance(ExportRun.class)
                    .export(run.runId(), folder, line -> {}))
        .isInstanceOf(UserFault.class)
        .hasMessageContaining("not empty");
  }

  @Test
  void aDeletedRunIsGoneWithWhatNobodyShares() throws IOException {
    Path workspace = workspace();
    Injector platform = on(workspace, OFFLINE);
    DeleteRun delete = platform.getInstance(DeleteRun.class);
    DeleteRun.Plan plan = delete.plan("tiny");
    assertThat(plan.pending()).isPositive();
    delete.delete(plan);
    assertThat(platform.getInstance(RunCatalogue.class).list()).isEmpty();
    for (String folder : List.of("runs", "journals", "stages", "scratch")) {
      try (Stream<Path> left = Files.walk(workspace.resolve(folder))) {
        assertThat(left.filter(Files::isRegularFile)).as(folder).isEmpty();
      }
    }
  }

  private static int points(ExportRun.Exported exported) {
    return Math.toIntExact(exported.points());
  }

  /** A journal with a parent and a child that are open. */
  private static Tracker journal(
      Path workspace, String name, Map<String, String> environment, boolean killed) {
    Tracker tracker =
        on(workspace, environment)
            .getInstance(TrackerFactory.class)
            .open(EXPERIMENT, workspace.resolve("journals").resolve(name));
    tracker.start(new RunStart(name, name, null, Map.of(), Map.of()));
    TrackedRun child = tracker.start(new RunStart(name + "/c", name, name, Map.of(), Map.of()));
    child.metric("train/bpd", 1, 1);
    if (killed) {
      tracker.close(); // ends no run, as little as a killed process does
    }
    return tracker;
  }

  /** A copy of the workspace, at a place where the original is not. */
  private Path workspace() throws IOException {
    Path copy = temporary.resolve("copy");
    Path original = shared.resolve("workspace");
    try (Stream<Path> files = Files.walk(original)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(original.relativize(file).toString()));
      }
    }
    MoreFiles.deleteRecursively(copy.resolve("locks"), RecursiveDeleteOption.ALLOW_INSECURE);
    return copy;
  }

  private static Injector on(Path workspace, Map<String, String> environment) {
    return Guice.createInjector(new PlatformModule(workspace, environment));
  }
}
