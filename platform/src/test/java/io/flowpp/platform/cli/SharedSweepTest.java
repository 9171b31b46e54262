package io.flowpp.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowpp.platform.tracking.PostgresCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes on one sweep, one of which may sleep longer than its lease lasts. */
@Tag("slow")
class SharedSweepTest {
  @TempDir Path temporary;

  @Test
  void twoProcessesDoEachTrialOnce() throws Exception {
    eachTrialOnce(Map.of());
  }

  @Test
  void twoProcessesDoEachTrialOnceByALedgerInPostgres() throws Exception {
    try (PostgresCluster cluster = PostgresCluster.start("a password of this test")) {
      eachTrialOnce(
          Map.of(
              "FLOWPP_LEDGER_URL",
              "postgresql://127.0.0.1:" + cluster.port() + "/" + PostgresCluster.USER,
              "FLOWPP_LEDGER_USER",
              PostgresCluster.USER,
              "FLOWPP_LEDGER_PASSWORD",
              "a password of this test"));
      assertThat(temporary.resolve("workspace").resolve("sweeps").resolve("ledger.db"))
          .doesNotExist();
    }
  }

  private void eachTrialOnce(Map<String, String> ledger) throws Exception {
    Path file = SweepFixture.small(temporary, "shared");
    Path workspace = temporary.resolve("workspace");
    List<FlowppProcess> both =
        List.of(
            SweepFixture.sweep(workspace, ledger, "run", file.toString()),
            SweepFixture.sweep(workspace, ledger, "run", file.toString()));
    JsonNode one = SweepFixture.done(both.get(0));
    JsonNode other = SweepFixture.done(both.get(1));
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
    String[] run = {"run", file.toString(), "--lease", "5"};
    FlowppProcess sleeper = SweepFixture.sweep(workspace, Map.of(), run);
    sleeper.awaitThat("two trials", () -> sleeper.family().size() >= 3);
    Thread.sleep(3_000); // in the middle of their trainings
    List<ProcessHandle> family = sleeper.family();
    family.forEach(process -> signal("-STOP", process));
    FlowppProcess other = SweepFixture.sweep(workspace, Map.of(), run);
    JsonNode result = SweepFixture.done(other);
    assertThat(SweepFixture.outcomes(result)).isEqualTo(SweepFixture.outcomes(calm));
    family.forEach(process -> signal("-CONT", process));
    assertThat(sleeper.endsWithin(2, TimeUnit.MINUTES)).isTrue();
    assertThat(sleeper.exitCode()).as(sleeper.err()).isZero();
    assertThat(SweepFixture.outcomes(sleeper.json())).isEqualTo(SweepFixture.outcomes(calm));
    JsonNode status = SweepFixture.done(SweepFixture.sweep(workspace, Map.of(), "status", "slept"));
    assertThat(SweepFixture.outcomes(status)).isEqualTo(SweepFixture.outcomes(calm));
    int attempts = 0;
    for (JsonNode trial : status.path("trials")) {
      attempts += trial.path("attempts").asInt();
    }
    assertThat(attempts).as("two trials were taken over").isEqualTo(6);
  }

  private static void signal(String name, ProcessHandle process) {
    try {
      new ProcessBuilder("kill", name, String.valueOf(process.pid())).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
