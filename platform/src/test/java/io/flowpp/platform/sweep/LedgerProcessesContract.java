package io.flowpp.platform.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowpp.platform.sweep.Claim.Taken;
import io.flowpp.platform.sweep.Ending.Done;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A ledger under real processes, which are killed and stopped. */
@Tag("slow")
@Timeout(300)
abstract class LedgerProcessesContract {
  private static final int TRIALS = 200;
  private static final int THREADS = 4;

  /** Millis: long enough for a machine that is busy with other things. */
  private static final String KILLED_LEASE = "12000";

  /** On a machine that sleeps past even that, a trial may be lost: then another does it. */
  private static final String A_TRIAL = "(done|lost) .*";

  private static final Duration LONG = Duration.ofHours(1);

  private final List<Process> children = new ArrayList<>();

  abstract String url();

  abstract Map<String, String> login();

  @AfterEach
  void endChildren() {
    children.forEach(Process::destroyForcibly);
  }

  @Test
  void twoProcessesShareTheTrialsAndDoEachOnce() throws Exception {
    try (Ledger ledger = Ledgers.open(url(), login())) {
      ledger.create(SweepSamples.sweep("s", TRIALS), "f", "h");
      BufferedReader one = start("work", String.valueOf(THREADS), "3600000").inputReader();
      BufferedReader two = start("work", String.valueOf(THREADS), "3600000").inputReader();
      List<String> lines = new ArrayList<>(one.lines().toList());
      assertThat(lines).endsWith("over");
      lines.addAll(two.lines().toList());
      lines.removeAll(List.of("over"));
      assertThat(lines).hasSize(TRIALS).allMatch(line -> line.startsWith("done "));
      assertThat(lines).doesNotHaveDuplicates();
      assertThat(ledger.trials("s"))
          .allSatisfy(
              trial -> {
                assertThat(trial.status()).isEqualTo(TrialStatus.DONE);
                assertThat(trial.attempts()).hasSize(1);
              });
    }
  }

  @Test
  void aKilledProcessLosesNoTrialAndNoneIsDoneTwice() throws Exception {
    try (Ledger ledger = Ledgers.open(url(), login())) {
      ledger.create(SweepSamples.sweep("s", TRIALS), "f", "h");
      Process killed = start("work", String.valueOf(THREADS), KILLED_LEASE);
      BufferedReader lines = killed.inputReader();
      assertThat(lines.readLine()).matches(A_TRIAL);
      // begun together, the other may have done all before this one did its tenth
      Process other = start("work", String.valueOf(THREADS), KILLED_LEASE);
      for (int i = 1; i < TRIALS / 10; i++) {
        assertThat(lines.readLine()).matches(A_TRIAL);
      }
      killed.destroyForcibly().waitFor();
      assertThat(other.inputReader().lines().toList()).endsWith("over");
      List<TrialState> trials = ledger.trials("s");
      assertThat(trials)
          .allSatisfy(
              trial -> {
                assertThat(trial.status()).isEqualTo(TrialStatus.DONE);
                assertThat(trial.attempts())
                    .filteredOn(each -> each.outcome().equals("done"))
                    .hasSize(1);
              });
      String prefix = killed.pid() + "/";
      assertThat(trials.stream().flatMap(trial -> trial.attempts().stream()))
          .filteredOn(each -> each.outcome().equals("lost") && each.worker().startsWith(prefix))
          .hasSizeLessThanOrEqualTo(THREADS);
    }
  }

  @Test
  void aProcessThatSleptPastItsLeaseCannotWrite() throws Exception {
    try (Ledger ledger = Ledgers.open(url(), login())) {
      ledger.create(SweepSamples.sweep("s", 1), "f", "h");
      Process sleeper = start("hold", "3000");
      BufferedReader lines = sleeper.inputReader();
      String took = lines.readLine();
      assertThat(took).startsWith("took ");
      signal("STOP", sleeper);
      Claim claim = ledger.claim("s", new Worker("next", "host"), LONG);
      while (claim instanceof Claim.Wait) {
        Thread.sleep(20);
        claim = ledger.claim("s", new Worker("next", "host"), LONG);
      }
      Taken taken = (Taken) claim;
      assertThat(took).isEqualTo("took " + taken.lost().token());
      signal("CONT", sleeper);
      assertThat(lines.readLine()).isEqualTo("renew LOST");
      assertThat(lines.readLine()).isEqualTo("end false");
      assertThat(ledger.end(taken.lease(), new Done("{\"right\":1}"))).isTrue();
      assertThat(ledger.trials("s").get(0).result()).isEqualTo("{\"right\":1}");
    }
  }

  @Test
  void processesThatMakeTheSameLedgerAtOnceAllSucceed() throws Exception {
    List<Process> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      all.add(start("work", "1", "1000"));
    }
    for (Process each : all) {
      assertThat(each.inputReader().lines().toList())
          .anyMatch(line -> line.contains("there is no sweep of this name")); // it got that far
    }
  }

  private static void signal(String name, Process process) throws Exception {
    assertThat(
            new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor())
        .isZero();
  }

  private Process start(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                LedgerChild.class.getName(),
                url()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(login());
    Process child = builder.start();
    children.add(child);
    return child;
  }
}
