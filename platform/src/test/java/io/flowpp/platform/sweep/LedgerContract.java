package io.flowpp.platform.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.sweep.Claim.Taken;
import io.flowpp.platform.sweep.Ending.Done;
import io.flowpp.platform.sweep.Ending.Failed;
import io.flowpp.platform.sweep.Ending.Paused;
import io.flowpp.platform.sweep.Ending.Released;
import io.flowpp.platform.sweep.Ledger.Hold;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every ledger does, on an empty database. */
abstract class LedgerContract {
  static final Duration LONG = Duration.ofHours(1);

  /** Over as soon as it is given. */
  static final Duration NONE = Duration.ofMillis(-1);

  static final Worker ANNE = new Worker("anne", "host-a");
  static final Worker BERT = new Worker("bert", "host-b");

  Ledger ledger;

  /** Opens the database, which a test may do more than once. */
  abstract Ledger open() throws Exception;

  @BeforeEach
  void openLedger() throws Exception {
    ledger = open();
  }

  @AfterEach
  void closeLedger() {
    ledger.close();
  }

  Taken take(String sweep, Worker worker, Duration lease) {
    return (Taken) ledger.claim(sweep, worker, lease);
  }

  TrialState trial(String sweep, int position) {
    return ledger.trials(sweep).get(position);
  }

  @Test
  void aSweepReadsBackEqualAndInOrder() {
    Limits limits = new Limits(7, 3, 2, 0.1, 4, Duration.ofNanos(90_000_000_001L));
    SweepSpec spec = SweepSamples.sweep("s", limits, 3);
    Instant before = Instant.now();
    SweepState made = ledger.create(spec, "sweeps/s.yaml", "host:/workspace");
    assertThat(made.spec()).isEqualTo(spec);
    assertThat(made.spec().ranges().keySet()).containsExactly("z", "ablation", "seed");
    assertThat(made.spec().trials().get(0).params().keySet()).containsExactly("z", "ablation");
    assertThat(made.file()).isEqualTo("sweeps/s.yaml");
    assertThat(made.home()).isEqualTo("host:/workspace");
    assertThat(made.stopping()).isFalse();
    assertThat(made.began()).isNull();
    assertThat(made.mlflowRunId()).isNull();
    assertThat(ledger.sweep("s")).contains(made);
    assertThat(ledger.sweep("t")).isEmpty();

    take("s", ANNE, LONG);
    ledger.rememberMlflowRun("s", "abc");
    SweepState later = ledger.sweep("s").orElseThrow();
    assertThat(later.began()).isBetween(before.minusMillis(1), Instant.now().plusMillis(1));
    assertThat(later.mlflowRunId()).isEqualTo("abc");
  }

  @Test
  void sweepsAreListedNewestFirst() {
    for (String name : List.of("b", "c", "a")) {
      ledger.create(SweepSamples.sweep(name, 1), "f", "h");
    }
    assertThat(ledger.sweeps())
        .extracting(each -> each.spec().name())
        .containsExactly("a", "c", "b");
  }

  @Test
  void aNameIsTakenOnce() {
    ledger.create(SweepSamples.sweep("s", 1), "sweeps/s.yaml", "h");
    assertThatThrownBy(() -> ledger.create(SweepSamples.sweep("s", 2), "f", "h"))
        .isInstanceOf(UserFault.class)
        .hasMessageContaining("there is a sweep of this name, from sweeps/s.yaml");
    assertThat(ledger.trials("s")).hasSize(1);
  }

  @Test
  void anUnknownSweepIsAFaultThatNamesTheKnownOnes() {
    ledger.create(SweepSamples.sweep("known", 1), "f", "h");
    List<Runnable> calls =
        List.of(
            () -> ledger.trials("x"),
            () -> ledger.claim("x", ANNE, LONG),
            () -> ledger.change("x", SweepSamples.sweep("x", 1)),
            () -> ledger.stop("x"),
            () -> ledger.resume("x"),
            () -> ledger.retryFailed("x"),
            () -> ledger.cancelPending("x"),
            () -> ledger.rememberMlflowRun("x", "id"),
            () -> ledger.remove("x"));
    for (Runnable call : calls) {
      assertThatThrownBy(call::run)
          .isInstanceOfSatisfying(
              UserFault.class,
              fault ->
                  assertThat(fault.line())
                      .isEqualTo("x: there is no sweep of this name; there are: known"));
    }
  }

  @Test
  void trialsAreClaimedInTheirOrderUntilNothingIsLeft() {
    ledger.create(SweepSamples.sweep("s", 2), "f", "h");
    Taken first = take("s", ANNE, LONG);
    Taken second = take("s", BERT, LONG);
    assertThat(first.trial().position()).isZero();
    assertThat(first.trial().status()).isEqualTo(TrialStatus.RUNNING);
    assertThat(first.lost()).isNull();
    assertThat(first.lease().attempt()).isEqualTo(1);
    assertThat(second.trial().position()).isEqualTo(1);
    assertThat(ledger.claim("s", ANNE, LONG)).isInstanceOf(Claim.Wait.class);

    assertThat(ledger.end(first.lease(), new Done("{\"a\":1}"))).isTrue();
    assertThat(ledger.claim("s", ANNE, LONG)).isInstanceOf(Claim.Wait.class);
    assertThat(ledger.end(second.lease(), new Done("{\"a\":2}"))).isTrue();
    assertThat(ledger.claim("s", ANNE, LONG)).isEqualTo(new Claim.Over("finished"));
    TrialState done = trial("s", 0);
    assertThat(done.status()).isEqualTo(TrialStatus.DONE);
    assertThat(done.result()).isEqualTo("{\"a\":1}");
    assertThat(done.leaseUntil()).isNull();
    AttemptState attempt = done.attempts().get(0);
    assertThat(attempt.worker()).isEqualTo("anne");
    assertThat(attempt.host()).isEqualTo("host-a");
    assertThat(attempt.outcome()).isEqualTo("done");
    assertThat(attempt.token()).isEqualTo(first.lease().token());
    assertThat(attempt.ended()).isAfterOrEqualTo(attempt.began());
  }

  @Test
  void aLeaseIsRenewedByTheDatabasesClock() {
    ledger.create(SweepSamples.sweep("s", 1), "f", "h");
    Lease lease = take("s", ANNE, Duration.ofSeconds(5)).lease();
    Instant before = trial("s", 0).leaseUntil();
    assertThat(ledger.running(lease, 4711, 1_763_000_000_000L)).isTrue();
    assertThat(ledger.renew(lease, LONG, "{\"step\":3}")).isEqualTo(Hold.HELD);
    TrialState trial = trial("s", 0);
    assertThat(trial.leaseUntil()).isAfter(before.plus(Duration.ofMinutes(59)));
    assertThat(trial.progress()).isEqualTo("{\"step\":3}");
    assertThat(trial.attempts().get(0).pid()).isEqualTo(4711);
    assertThat(trial.attempts().get(0).processStart()).isEqualTo(1_763_000_000_000L);
    assertThat(trial.attempts().get(0).outcome()).isEqualTo("running");
    ledger.stop("s");
    assertThat(ledger.renew(lease, LONG, "{}")).isEqualTo(Hold.STOP);
  }

  @Test
  void anExpiredLeaseIsTakenBeforePendingTrialsAndItsHolderIsFencedOff() {
    ledger.create(SweepSamples.sweep("s", 2), "f", "h");
    Taken slow = take("s", ANNE, NONE);
    ledger.running(slow.lease(), 12, 34);
    Taken next = take("s", BERT, LONG);
    assertThat(next.trial().spec().id()).isEqualTo(slow.trial().spec().id());
    assertThat(next.lease().token()).isGreaterThan(slow.lease().token());
    assertThat(next.lease().attempt()).isEqualTo(2);
    assertThat(next.lost().pid()).isEqualTo(12);
    assertThat(next.lost().outcome()).isEqualTo("lost");
    assertThat(next.lost().worker()).isEqualTo("anne");

    assertThat(ledger.renew(slow.lease(), LONG, "{}")).isEqualTo(Hold.LOST);
    assertThat(ledger.running(slow.lease(), 1, 1)).isFalse();
    for (Ending ending :
        List.of(
            new Done("{\"wrong\":1}"),
            new Failed(SweepSamples.cause("exit"), false),
            new Paused(),
            new Released())) {
      assertThat(ledger.end(slow.lease(), ending)).isFalse();
    }
    assertThat(ledger.end(next.lease(), new Done("{\"right\":1}"))).isTrue();
    assertThat(ledger.end(slow.lease(), new Done("{\"wrong\":1}"))).isFalse();
    assertThat(trial("s", 0).result()).isEqualTo("{\"right\":1}");
    assertThat(trial("s", 0).attempts())
        .extracting(AttemptState::outcome)
        .containsExactly("lost", "done");
  }

  @Test
  void aLeaseThatExpiredWithoutAnotherTakingItLivesAgain() {
    ledger.create(SweepSamples.sweep("s", 1), "f", "h");
    Lease lease = take("s", ANNE, NONE).lease();
    assertThat(ledger.renew(lease, LONG, "{}")).isEqualTo(Hold.HELD);
    assertThat(ledger.claim("s", BERT, LONG)).isInstanceOf(Claim.Wait.class);
    ledger.renew(lease, NONE, "{}");
    assertThat(ledger.end(lease, new Done("{}"))).isTrue();
  }

  @Test
  void anEndIsWrittenOnceAndMayBeToldTwice() {
    ledger.create(SweepSamples.sweep("s", 4), "f", "h");
    List<Ending> endings =
        List.of(
            new Done("{\"a\":1}"),
            new Failed(SweepSamples.cause("exit"), false),
            new Paused(),
            new Released());
    List<Lease> leases = new ArrayList<>();
    endings.forEach(ending -> leases.add(take("s", ANNE, LONG).lease()));
    for (int i = 0; i < 4; i++) {
      assertThat(ledger.end(leases.get(i), endings.get(i))).isTrue();
      TrialState once = trial("s", i);
      assertThat(ledger.end(leases.get(i), endings.get(i))).isTrue();
      assertThat(trial("s", i)).isEqualTo(once);
      assertThat(ledger.end(leases.get(i), new Done("{\"a\":2}"))).isFalse();
      assertThat(trial("s", i)).isEqualTo(once);
    }
    assertThat(ledger.end(leases.get(1), new Failed(SweepSamples.cause("hang"), false))).isFalse();
  }

  @Test
  void aFailureIsTriedAgainUntilItsAttemptsAreUsedUp() {
    ledger.create(SweepSamples.sweep("s", SweepSamples.limits(9, null, null, 3), 1), "f", "h");
    take("s", ANNE, NONE); // lost: does not count
    ledger.end(take("s", ANNE, LONG).lease(), new Released());
    ledger.end(take("s", ANNE, LONG).lease(), new Paused());
    ledger.resume("s");
    Failed failed = new Failed(SweepSamples.cause("diverged"), true);
    for (int i = 0; i < 2; i++) {
      ledger.end(take("s", ANNE, LONG).lease(), failed);
      assertThat(trial("s", 0).status()).isEqualTo(TrialStatus.PENDING);
    }
    Taken last = take("s", ANNE, LONG);
    assertThat(last.lease().attempt()).isEqualTo(6);
    ledger.end(last.lease(), failed);
    TrialState trial = trial("s", 0);
    assertThat(trial.status()).isEqualTo(TrialStatus.FAILED);
    assertThat(trial.attempts())
        .extracting(AttemptState::outcome)
        .containsExactly("lost", "released", "paused", "failed", "failed", "failed");
    assertThat(trial.attempts().get(5).cause()).isEqualTo(SweepSamples.cause("diverged"));
    assertThat(ledger.claim("s", ANNE, LONG)).isEqualTo(new Claim.Over("finished"));

    assertThat(ledger.retryFailed("s")).isEqualTo(1);
    assertThat(ledger.retryFailed("s")).isZero();
    ledger.end(take("s", ANNE, LONG).lease(), failed);
    assertThat(trial("s", 0).status()).isEqualTo(TrialStatus.PENDING);
  }

  @Test
  void aFailureThatCannotGoBetterIsFinal() {
    ledger.create(SweepSamples.sweep("s", 1), "f", "h");
    ledger.end(take("s", ANNE, LONG).lease(), new Failed(SweepSamples.cause("config"), false));
    assertThat(trial("s", 0).status()).isEqualTo(TrialStatus.FAILED);
  }

  @Test
  void aTrialThatCostsTooManyWorkersFailsUnlessAPersonHasItGoOn() {
    ledger.create(SweepSamples.sweep("s", 2), "f", "h");
    Taken last = take("s", ANNE, NONE);
    for (int i = 1; i < Ledger.MOST_LOST; i++) {
      if (i % 2 == 0) { // its worker is known to be dead, or its lease is over
        ledger.lost(last.lease());
        ledger.lost(last.lease()); // an answer that was lost
      }
      last = take("s", BERT, NONE);
      assertThat(last.trial().position()).isZero();
    }
    Lease other = take("s", BERT, LONG).lease();
    assertThat(other.trial()).as("the other").isEqualTo("00000001");
    TrialState failed = trial("s", 0);
    assertThat(failed.status()).isEqualTo(TrialStatus.FAILED);
    assertThat(failed.attempts())
        .extracting(AttemptState::outcome)
        .containsExactly("lost", "lost", "lost", "lost", "failed");
    assertThat(failed.attempts().get(4).cause().kind()).isEqualTo("worker-lost");
    assertThat(ledger.renew(last.lease(), LONG, "{}")).isEqualTo(Hold.LOST);

    ledger.retryFailed("s");
    for (int i = 1; i < Ledger.MOST_LOST; i++) {
      ledger.lost(take("s", ANNE, LONG).lease());
    }
    ledger.resume("s");
    ledger.lost(take("s", ANNE, LONG).lease());
    assertThat(trial("s", 0).status()).as("begun to count anew").isEqualTo(TrialStatus.PENDING);
    for (int i = 1; i < Ledger.MOST_LOST; i++) {
      ledger.lost(take("s", ANNE, LONG).lease());
    }
    assertThat(trial("s", 0).status()).isEqualTo(TrialStatus.FAILED);
    assertThat(ledger.end(other, new Done("{}"))).isTrue();
  }

  @Test
  void noMoreRunAtOnceThanTheSweepAllows() {
    ledger.create(SweepSamples.sweep("s", SweepSamples.limits(2, null, null, 1), 4), "f", "h");
    Lease first = take("s", ANNE, LONG).lease();
    take("s", ANNE, NONE);
    Taken retaken = take("s", BERT, LONG);
    assertThat(retaken.lease().attempt()).isEqualTo(2);
    assertThat(ledger.claim("s", BERT, LONG)).isInstanceOf(Claim.Wait.class);
    ledger.end(first, new Released());
    assertThat(take("s", BERT, LONG).trial().position()).isZero();
    assertThat(ledger.claim("s", BERT, LONG)).isInstanceOf(Claim.Wait.class);
  }

  @Test
  void tooManyFailuresEndTheSweep() {
    ledger.create(SweepSamples.sweep("s", SweepSamples.limits(9, 2, null, 1), 4), "f", "h");
    for (int i = 0; i < 2; i++) {
      ledger.end(take("s", ANNE, LONG).lease(), new Failed(SweepSamples.cause("exit"), true));
    }
    assertThat(ledger.claim("s", ANNE, LONG)).isEqualTo(new Claim.Over("max-failures"));
    assertThat(ledger.trials("s"))
        .extracting(TrialState::status)
        .containsExactly(
            TrialStatus.FAILED, TrialStatus.FAILED, TrialStatus.PENDING, TrialStatus.PENDING);
    ledger.retryFailed("s");
    assertThat(take("s", ANNE, LONG).trial().position()).isZero();
  }

  @Test
  void hoursCountFromTheFirstClaim() throws Exception {
    Limits limits = SweepSamples.limits(9, null, 1e-9, 1); // microseconds
    ledger.create(SweepSamples.sweep("s", limits, 2), "f", "h");
    Lease first = take("s", ANNE, LONG).lease();
    Instant began = ledger.sweep("s").orElseThrow().began();
    while (!Instant.now().isAfter(began.plusMillis(1))) {
      Thread.onSpinWait();
    }
    assertThat(ledger.claim("s", ANNE, LONG)).isEqualTo(new Claim.Over("max-hours"));
    assertThat(ledger.end(first, new Done("{}"))).isTrue();
    assertThat(trial("s", 1).status()).isEqualTo(TrialStatus.PENDING);
  }

  @Test
  void aStoppedSweepBeginsNothingUntilItIsResumed() {
    ledger.create(SweepSamples.sweep("s", 2), "f", "h");
    Lease lease = take("s", ANNE, LONG).lease();
    ledger.stop("s");
    assertThat(ledger.sweep("s").orElseThrow().stopping()).isTrue();
    assertThat(ledger.claim("s", BERT, LONG)).isEqualTo(new Claim.Over("stopped"));
    ledger.end(lease, new Paused());
    assertThat(trial("s", 0).status()).isEqualTo(TrialStatus.PAUSED);
    ledger.resume("s");
    assertThat(ledger.sweep("s").orElseThrow().stopping()).isFalse();
    assertThat(take("s", BERT, LONG).trial().position()).isZero();
  }

  @Test
  void cancellingLeavesWhatRuns() {
    ledger.create(SweepSamples.sweep("s", 3), "f", "h");
    Lease running = take("s", ANNE, LONG).lease();
    Lease gone = take("s", ANNE, LONG).lease();
    ledger.renew(gone, NONE, "{}");
    ledger.cancelPending("s");
    assertThat(ledger.trials("s"))
        .extracting(TrialState::status)
        .containsExactly(TrialStatus.RUNNING, TrialStatus.CANCELLED, TrialStatus.CANCELLED);
    assertThat(ledger.renew(gone, LONG, "{}")).isEqualTo(Hold.LOST);
    assertThat(ledger.end(running, new Done("{}"))).isTrue();
    assertThat(ledger.claim("s", ANNE, LONG)).isEqualTo(new Claim.Over("finished"));
    ledger.resume("s");
    assertThat(take("s", ANNE, LONG).lost().token()).isEqualTo(gone.token());
  }

  @Test
  void aChangeKeepsWhatIsEqualAndBeginsTheRestAnew() {
    ledger.create(SweepSamples.sweep("s", 5), "f", "h");
    ledger.end(take("s", ANNE, LONG).lease(), new Done("{\"kept\":1}"));
    ledger.end(take("s", ANNE, LONG).lease(), new Done("{\"old\":1}"));
    Lease dropped = take("s", ANNE, LONG).lease();
    Lease changed = take("s", ANNE, LONG).lease();
    SweepSpec spec =
        SweepSamples.sweep(
            "s",
            SweepSamples.limits(3, 1, 2.5, 9),
            List.of(
                SweepSamples.trial(9),
                SweepSamples.trial(1, "{\"steps\": 20}"),
                SweepSamples.trial(0),
                SweepSamples.trial(3, "{\"steps\": 20}")));
    assertThat(ledger.change("s", spec).spec()).isEqualTo(spec);
    assertThat(ledger.trials("s"))
        .extracting(each -> each.spec().id() + " " + each.status().id() + " " + each.result())
        .containsExactly(
            "00000009 pending null",
            "00000001 pending null",
            "00000000 done {\"kept\":1}",
            "00000003 pending null",
            "00000002 cancelled null",
            "00000004 cancelled null");
    assertThat(ledger.end(changed, new Done("{\"old\":1}"))).isFalse();
    assertThat(ledger.renew(dropped, LONG, "{}")).isEqualTo(Hold.LOST);
    ledger.resume("s");
    assertThat(trial("s", 4).status()).isEqualTo(TrialStatus.CANCELLED);

    assertThat(ledger.change("s", spec).spec()).isEqualTo(spec);
    ledger.change("s", SweepSamples.sweep("s", 5));
    assertThat(ledger.trials("s"))
        .extracting(each -> each.spec().id() + " " + each.status().id())
        .containsExactly(
            "00000000 done",
            "00000001 pending",
            "00000002 pending",
            "00000003 pending",
            "00000004 pending",
            "00000009 cancelled");
  }

  @Test
  void aSweepIsForgottenUnlessSomebodyWorksOnIt() {
    ledger.create(SweepSamples.sweep("s", 1), "f", "h");
    Lease lease = take("s", ANNE, LONG).lease();
    assertThatThrownBy(() -> ledger.remove("s"))
        .isInstanceOf(UserFault.class)
        .hasMessage("trial 00000000 is being run by anne on host-a");
    ledger.renew(lease, NONE, "{}");
    String instance = ledger.sweep("s").orElseThrow().instance();
    ledger.remove("s");
    assertThat(ledger.sweeps()).isEmpty();

    // The worker comes back to a later sweep of the same name.
    ledger.create(SweepSamples.sweep("s", 1), "f", "h");
    assertThat(ledger.sweep("s").orElseThrow().instance()).isNotEqualTo(instance);
    take("s", BERT, LONG);
    assertThat(ledger.renew(lease, LONG, "{}")).isEqualTo(Hold.LOST);
    assertThat(ledger.end(lease, new Done("{}"))).isFalse();
  }

  @Test
  void aLedgerThatIsOpenedAgainHasEverything() throws Exception {
    ledger.create(SweepSamples.sweep("s", 1), "f", "h");
    Lease lease = take("s", ANNE, LONG).lease();
    ledger.close();
    ledger = open();
    assertThat(ledger.renew(lease, LONG, "{}")).isEqualTo(Hold.HELD);
  }

  @Test
  void anInterruptedWorkerGivesItsTrialBackAndStaysInterrupted() {
    ledger.create(SweepSamples.sweep("s", 1), "f", "h");
    Lease lease = take("s", ANNE, LONG).lease();
    Thread.currentThread().interrupt();
    assertThat(ledger.end(lease, new Released())).isTrue();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void whateverWorkersDoTheLedgerStaysTrue() {
    Set<String> met = new TreeSet<>();
    for (int seed = 0; seed < 6; seed++) {
      met.addAll(new LedgerHistory(ledger, seed).run(60));
    }
    assertThat(met)
        .contains(
            "Taken",
            "took over",
            "Wait",
            "Over",
            "HELD",
            "LOST",
            "STOP",
            "Done",
            "Done refused",
            "Failed",
            "Failed refused",
            "Paused",
            "Released");
  }
}
