package io.flowpp.platform.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowpp.platform.execution.ChildCommand;
import io.flowpp.platform.workspace.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A slot at work on processes that do what a script says. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class TrialSlotTest {
  /** Fails where the file is there, else goes on for a minute. */
  private static final String SCRIPT =
      "echo threads=$OMP_NUM_THREADS memory=$FLOWPP_MEMORY_BYTES of=$FLOWPP_WORKSPACE;"
          + " if [ -e %s ]; then exit 9; fi; exec sleep 60";

  private static final int THREADS = 3; // not what the tests' own environment says

  @TempDir Path temporary;
  private List<String> failedBefore = List.of();
  private Path flag = Path.of("unset");
  private Workspace workspace;
  private LedgerSource ledgers;
  private TrialSlot slot;

  @BeforeEach
  void aSlot() {
    flag = temporary.resolve("flag");
    workspace = Workspace.at(temporary.resolve("workspace"));
    ledgers = new EnvironmentLedgers(workspace.root(), Map.of());
    String script = SCRIPT.formatted(flag);
    slot = new TrialSlot(workspace, new ChildCommand(List.of("sh", "-c", script)), ledgers);
  }

  @Test
  void interruptedItGivesItsTrialBackAndWorksAgainWhenAskedAgain() throws Exception {
    begin(SweepSamples.limits(1, null, null, 2), 1);
    String assignment = assignment(SweepRequest.IfFailed.GO_ON);
    Thread first = new Thread(() -> slot.work(assignment));
    first.start();
    await(trials -> attempts(trials.get(0), "running") == 1);
    first.interrupt();
    first.join();
    TrialState given = await(trials -> trials.get(0).status() == TrialStatus.PENDING).get(0);
    assertThat(given.attempts()).singleElement().returns("released", AttemptState::outcome);

    Files.createFile(flag);
    slot.work(assignment);
    TrialState failed = await(trials -> true).get(0);
    assertThat(failed.status()).isEqualTo(TrialStatus.FAILED);
    assertThat(attempts(failed, "failed")).as("both tries").isEqualTo(2);
    Cause cause = failed.attempts().get(2).cause();
    assertThat(cause.kind()).isEqualTo("exit");
    assertThat(cause.message()).contains("exit code 9");
    assertThat(cause.lastLines().get(0))
        .matches("threads=" + THREADS + " memory=[1-9]\\d+ of=" + workspace.root());
  }

  @Test
  void afterAFailureNothingIsBegunWhereThatIsAsked() throws Exception {
    begin(SweepSamples.limits(1, null, null, 1), 3);
    Files.createFile(flag);
    slot.work(assignment(SweepRequest.IfFailed.BEGIN_NO_MORE));
    assertThat(await(trials -> true))
        .extracting(TrialState::status)
        .containsExactly(TrialStatus.FAILED, TrialStatus.CANCELLED, TrialStatus.CANCELLED);
  }

  @Test
  void afterAFailureOfAnEarlierDriverTheOthersAreBegunAllTheSame() throws Exception {
    begin(SweepSamples.limits(1, null, null, 1), 3);
    try (Ledger ledger = ledgers.open()) {
      Claim claim = ledger.claim("s", new Worker("earlier", "h"), Duration.ofHours(1));
      ledger.end(
          ((Claim.Taken) claim).lease(), new Ending.Failed(SweepSamples.cause("exit"), true));
      failedBefore = List.of(ledger.trials("s").get(0).spec().id());
    }
    Files.createFile(flag);
    slot.work(assignment(SweepRequest.IfFailed.BEGIN_NO_MORE));
    assertThat(await(trials -> true))
        .extracting(TrialState::status)
        .containsExactly(TrialStatus.FAILED, TrialStatus.FAILED, TrialStatus.CANCELLED);
  }

  @Test
  void oneFailureStopsNobodyElseWhereThatIsNotAsked() throws Exception {
    begin(SweepSamples.limits(1, null, null, 1), 3);
    Files.createFile(flag);
    slot.work(assignment(SweepRequest.IfFailed.GO_ON));
    assertThat(await(trials -> true))
        .extracting(TrialState::status)
        .containsOnly(TrialStatus.FAILED)
        .hasSize(3);
  }

  @Test
  void aTrialThatSomebodyElseInterruptsHasFailed() throws Exception {
    begin(SweepSamples.limits(1, null, null, 1), 1);
    slotOf("sh", "-c", "exit 5").work(assignment(SweepRequest.IfFailed.GO_ON));
    TrialState trial = await(trials -> true).get(0);
    assertThat(trial.status()).isEqualTo(TrialStatus.FAILED);
    assertThat(trial.attempts().get(0).cause().kind()).isEqualTo("interrupted");
  }

  @Test
  void whereNoProcessCanBeStartedTrialsFailAndTheSlotGoesOn() throws Exception {
    begin(SweepSamples.limits(1, null, null, 2), 2);
    slotOf(temporary.resolve("absent").toString()).work(assignment(SweepRequest.IfFailed.GO_ON));
    assertThat(await(trials -> true))
        .allSatisfy(
            trial -> {
              assertThat(trial.status()).isEqualTo(TrialStatus.FAILED);
              assertThat(trial.attempts())
                  .hasSize(2)
                  .allSatisfy(
                      attempt -> {
                        assertThat(attempt.cause().kind()).isEqualTo("cannot-start");
                        assertThat(attempt.cause().message()).contains("absent");
                      });
            });
  }

  @Test
  void stoppedByAPersonItPauses() throws Exception {
    begin(SweepSamples.limits(1, null, null, 2), 1);
    Thread work = new Thread(() -> slot.work(assignment(SweepRequest.IfFailed.GO_ON)));
    work.start();
    await(trials -> attempts(trials.get(0), "running") == 1);
    try (Ledger ledger = ledgers.open()) {
      ledger.stop("s");
    }
    work.join();
    assertThat(await(trials -> true).get(0).status()).isEqualTo(TrialStatus.PAUSED);
  }

  private TrialSlot slotOf(String... command) {
    return new TrialSlot(
        workspace, new ChildCommand(List.of(command)), ledgers, Duration.ofMillis(1));
  }

  private void begin(Limits limits, int trials) {
    try (Ledger ledger = ledgers.open()) {
      SweepSpec spec = SweepSamples.sweep("s", limits, trials);
      ledger.create(
          new SweepSpec(
              spec.name(),
              spec.text(),
              spec.experiment(),
              spec.ranges(),
              spec.metric(),
              spec.limits(),
              THREADS,
              spec.trials()),
          "s.yaml",
          "here");
    }
  }

  private String assignment(SweepRequest.IfFailed ifFailed) {
    return SweepJson.write(
        new SlotAssignment(
            "s",
            ledgers.address(),
            Duration.ofSeconds(30).toMillis(),
            ifFailed,
            failedBefore,
            "driver",
            Map.of()));
  }

  private List<TrialState> await(Predicate<List<TrialState>> condition) throws Exception {
    try (Ledger ledger = ledgers.open()) {
      while (!condition.test(ledger.trials("s"))) {
        Thread.sleep(50);
      }
      return ledger.trials("s");
    }
  }

  private static long attempts(TrialState trial, String outcome) {
    return trial.attempts().stream()
        .filter(attempt -> attempt.outcome().equals(outcome) && attempt.pid() != null)
        .count();
  }
}
