package io.flowpp.platform.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What dead workers of this machine leave is free at once; what living ones hold is theirs. */
class DeadWorkersTest {
  @TempDir Path temporary;
  private Ledger ledger;
  private Process worker;
  private Process trial;

  @BeforeEach
  void aTrialOfAWorker() throws IOException {
    ledger = Ledgers.open(temporary, Map.of());
    ledger.create(SweepSamples.sweep("s", 1), "s.yaml", "here");
    worker = new ProcessBuilder("sleep", "60").start();
    trial = new ProcessBuilder("sleep", "60").start();
  }

  @AfterEach
  void end() {
    worker.destroyForcibly();
    trial.destroyForcibly();
    ledger.close();
  }

  @Test
  void onlyTheDeadLoseTheirTrialBeforeTheirLease() throws Exception {
    claim(WorkerIdentity.host(), 0);
    DeadWorkers.release(ledger, "s");
    assertThat(status()).isEqualTo(TrialStatus.RUNNING);
    assertThat(trial.isAlive()).isTrue();

    worker.destroyForcibly().waitFor();
    DeadWorkers.release(ledger, "s");
    assertThat(status()).isEqualTo(TrialStatus.PENDING);
    assertThat(ledger.trials("s").get(0).attempts())
        .singleElement()
        .returns("lost", AttemptState::outcome);
    assertThat(trial.waitFor()).as("killed, since it may hold the stage's lock").isNotZero();
  }

  @Test
  void ofAnotherMachineOnlyTheLeaseTells() throws Exception {
    claim("elsewhere", 0);
    worker.destroyForcibly().waitFor();
    DeadWorkers.release(ledger, "s");
    assertThat(status()).isEqualTo(TrialStatus.RUNNING);
    assertThat(trial.isAlive()).isTrue();
  }

  @Test
  void aProcessThatOnlyHasTheNumberOfTheTrialsIsLeftAlone() throws Exception {
    claim(WorkerIdentity.host(), -60_000);
    worker.destroyForcibly().waitFor();
    DeadWorkers.release(ledger, "s");
    assertThat(status()).isEqualTo(TrialStatus.PENDING);
    assertThat(trial.isAlive()).isTrue();
  }

  private void claim(String host, long startError) {
    String id = host + "/" + worker.pid() + "@" + WorkerIdentity.start(worker.toHandle()) + "/1";
    Claim claim = ledger.claim("s", new Worker(id, host), Duration.ofMinutes(10));
    Lease lease = ((Claim.Taken) claim).lease();
    long start = WorkerIdentity.start(trial.toHandle()) + startError;
    assertThat(ledger.running(lease, trial.pid(), start)).isTrue();
  }

  private TrialStatus status() {
    return ledger.trials("s").get(0).status();
  }
}
