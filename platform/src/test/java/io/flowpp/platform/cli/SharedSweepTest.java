package io.flowpp.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowpp.platform.sweep.TrialState;
import io.flowpp.platform.tracking.PostgresCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes on one sweep, one of which may sleep longer than its lease lasts. */
@Tag("slow")
class SharedSweepTest {
  @TempDir Path temporary;

  @Test
  void twoProcessesThatBeginAtTheSameMomentDoEachTrialOnce() throws Exception {
    Path file = SweepFixture.small(temporary, "shared");
    Path workspace = temporary.resolve("workspace");
    eachTrialOnce(
        SweepFixture.sweep(workspace, Map.of(), "run", file.toString()),
        SweepFixture.sweep(workspace, Map.of(), "run", file.toString()));
  }

  /** The first has one slot and is at work when the other, for which there is room, joins. */
  @Test
  void twoProcessesShareTheTrialsByALedgerInPostgres() throws Exception {
    try (PostgresCluster cluster = PostgresCluster.start("a password of this test")) {
      Map<String, String> ledger =
          Map.of(
              "FLOWPP_LEDGER_URL",
              "postgresql://127.0.0.1:" + cluster.port() + "/" + PostgresCluster.USER,
              "FLOWPP_LEDGER_USER",
              PostgresCluster.USER,
              "FLOWPP_LEDGER_PASSWORD",
              "a password of this test");
      Path file = SweepFixture.small(temporary, "shared");
      String two = Files.readString(file);
      Files.writeString(file, two.replace("max-concurrent: 2", "max-concurrent: 1"));
      Path workspace = temporary.resolve("workspace");
      FlowppProcess one = SweepFixture.sweep(workspace, ledger, "run", file.toString());
      one.awaitThat("a trial", () -> one.family().size() > 1);
      Files.writeString(file, two);
      FlowppProcess other =
          SweepFixture.sweep(workspace, ledger, "run", file.toString(), "--accept-changes");
      eachTrialOnce(one, other);
      assertThat(workspace.resolve("sweeps").resolve("ledger.db")).doesNotExist();
      assertThat(SweepFixture.trials(workspace, ledger, "shared"))
          .extracting(trial -> trial.attempts().get(0).worker().replaceFirst("/\\d+$", ""))
          .satisfies(processes -> assertThat(Set.copyOf(processes)).hasSize(2));
    }
  }

  private static void eachTrialOnce(FlowppProcess first, FlowppProcess second) throws Exception {
    JsonNode one = SweepFixture.done(first);
    JsonNode other = SweepFixture.done(second);
    assertThat(one.at("/counts/done").asInt()).isEqualTo(4);
    assertThat(SweepFixture.outcomes(one)).isEqualTo(SweepFixture.outcomes(other));
    one.path("trials").forEach(trial -> assertThat(trial.path("attempts").asInt()).isEqualTo(1));
  }

  @Test
  void aProcessThatSleptPastItsLeaseSpoilsNothing() throws Exception {
    Path file = SweepFixture.small(temporary, "slept");
    JsonNode calm =
        SweepFixture.done(
            SweepFixture.sweep(temporary.resolve("calm"), Map.of(), "run", file.toString()));
    Path workspace = temporary.resolve("workspace");
    String[] run = {"run", file.toString(), "--lease", "15"};
    FlowppProcess sleeper = SweepFixture.sweep(workspace, Map.of(), run);
    sleeper.awaitThat("a checkpoint", () -> SweepFixture.checkpoints(workspace) > 0);
    List<ProcessHandle> family = stopOutsideOfItsWrites(sleeper, workspace);
    FlowppProcess other = SweepFixture.sweep(workspace, Map.of(), run);
    JsonNode result = SweepFixture.done(other);
    assertThat(SweepFixture.outcomes(result)).isEqualTo(SweepFixture.outcomes(calm));
    family.forEach(process -> signal("-CONT", process));
    assertThat(sleeper.endsWithin(2, TimeUnit.MINUTES)).isTrue();
    assertThat(sleeper.exitCode()).as(sleeper.err()).isZero();
    assertThat(SweepFixture.outcomes(sleeper.json())).isEqualTo(SweepFixture.outcomes(calm));
    JsonNode status = SweepFixture.done(SweepFixture.sweep(workspace, Map.of(), "status", "slept"));
    assertThat(SweepFixture.outcomes(status)).isEqualTo(SweepFixture.outcomes(calm));
    int lost = 0;
    for (TrialState trial : SweepFixture.trials(workspace, Map.of(), "slept")) {
      assertThat(SweepFixture.ends(trial)).as(trial.spec().name()).containsOnlyOnce("done");
      lost += Collections.frequency(SweepFixture.ends(trial), "lost");
    }
    assertThat(lost).as("trials that were taken over").isPositive();
  }

  /**
   * Stopped while it writes into the ledger, it would lock all others out for as long as it sleeps:
   * then it goes on, and is stopped again.
   */
  private static List<ProcessHandle> stopOutsideOfItsWrites(FlowppProcess sleeper, Path workspace) {
    while (true) {
      List<ProcessHandle> family = sleeper.family();
      family.forEach(process -> signal("-STOP", process));
      if (canBeWritten(workspace)) {
        return family;
      }
      family.forEach(process -> signal("-CONT", process));
    }
  }

  private static boolean canBeWritten(Path workspace) {
    Path file = workspace.resolve("sweeps").resolve("ledger.db");
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + file + "?busy_timeout=100");
        Statement statement = connection.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      statement.execute("ROLLBACK");
      return true;
    } catch (SQLException locked) {
      return false;
    }
  }

  private static void signal(String name, ProcessHandle process) {
    try {
      new ProcessBuilder("kill", name, String.valueOf(process.pid())).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
