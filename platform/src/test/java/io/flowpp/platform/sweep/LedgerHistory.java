package io.flowpp.platform.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowpp.platform.sweep.Claim.Taken;
import io.flowpp.platform.sweep.Ending.Done;
import io.flowpp.platform.sweep.Ending.Failed;
import io.flowpp.platform.sweep.Ending.Paused;
import io.flowpp.platform.sweep.Ending.Released;
import io.flowpp.platform.sweep.Ledger.Hold;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Some workers and a person do what comes to mind, in turns; after each step what must always hold
 * of a ledger is looked at. Workers keep their old leases and try them again.
 */
final class LedgerHistory {
  private static final int TRIALS = 5;
  private static final int MOST_AT_ONCE = 2;
  private static final int ATTEMPTS = 3;
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration EXPIRED = Duration.ofMillis(-1);

  private final Ledger ledger;
  private final Random random;
  private final String sweep;
  private final List<Taken> taken = new ArrayList<>();
  private final Map<Long, Ending> ended = new HashMap<>();
  private final Map<String, Long> tokens = new HashMap<>();
  private final Set<String> steps = new HashSet<>();

  LedgerHistory(Ledger ledger, long seed) {
    this.ledger = ledger;
    this.random = new Random(seed);
    this.sweep = "history-" + seed;
    ledger.create(
        SweepSamples.sweep(sweep, SweepSamples.limits(MOST_AT_ONCE, null, null, ATTEMPTS), TRIALS),
        "f",
        "h");
  }

  /** Answers which kinds of steps there were. */
  Set<String> run(int length) {
    for (int i = 0; i < length; i++) {
      step();
      check(ledger.trials(sweep));
    }
    return steps;
  }

  private void step() {
    int kind = random.nextInt(40);
    if (kind < 14) {
      claim();
    } else if (kind < 34 && !taken.isEmpty()) {
      // Mostly one of the latest leases, which may be held; else one from long ago.
      int back = random.nextInt(random.nextInt(taken.size()) + 1);
      Taken one = taken.get(taken.size() - 1 - back);
      if (kind < 24) {
        renew(one);
      } else {
        end(one);
      }
    } else if (kind == 34) {
      ledger.stop(sweep);
    } else if (kind < 38) {
      ledger.resume(sweep);
    } else if (kind == 38) {
      ledger.retryFailed(sweep);
    } else if (random.nextInt(4) == 0) {
      ledger.cancelPending(sweep);
    }
  }

  private void claim() {
    Claim claim =
        ledger.claim(
            sweep,
            new Worker("w" + random.nextInt(3), "host"),
            random.nextInt(3) == 0 ? EXPIRED : LONG);
    steps.add(claim.getClass().getSimpleName());
    if (claim instanceof Taken one) {
      String id = one.trial().spec().id();
      assertThat(one.lease().trial()).isEqualTo(id);
      assertThat(one.lease().token()).isGreaterThan(tokens.getOrDefault(id, 0L));
      tokens.put(id, one.lease().token());
      taken.add(one);
      if (one.lost() != null) {
        steps.add("took over");
      }
    }
  }

  private void renew(Taken one) {
    boolean held = isHeld(one.lease());
    Hold hold = ledger.renew(one.lease(), random.nextInt(3) == 0 ? EXPIRED : LONG, "{}");
    assertThat(hold == Hold.LOST).isEqualTo(!held);
    steps.add(hold.name());
  }

  private void end(Taken one) {
    boolean held = isHeld(one.lease());
    long token = one.lease().token();
    Ending ending =
        switch (random.nextInt(6)) {
          case 0 -> new Done("{\"token\":" + token + "}");
          case 1 -> new Paused();
          case 2 -> new Released();
          case 3 -> new Failed(SweepSamples.cause("config"), false);
          default -> new Failed(SweepSamples.cause("exit"), true);
        };
    boolean written = ledger.end(one.lease(), ending);
    assertThat(written).isEqualTo(held || ending.equals(ended.get(token)));
    if (held) {
      ended.put(token, ending);
    }
    steps.add(ending.getClass().getSimpleName() + (written ? "" : " refused"));
  }

  private boolean isHeld(Lease lease) {
    TrialState trial =
        ledger.trials(sweep).stream()
            .filter(each -> each.spec().id().equals(lease.trial()))
            .findFirst()
            .orElseThrow();
    AttemptState last = trial.attempts().get(trial.attempts().size() - 1);
    return trial.status() == TrialStatus.RUNNING && last.token() == lease.token();
  }

  private static void check(List<TrialState> trials) {
    Instant now = Instant.now();
    assertThat(trials).hasSize(TRIALS);
    assertThat(trials.stream().filter(each -> each.status() == TrialStatus.RUNNING).count())
        .isLessThanOrEqualTo(MOST_AT_ONCE);
    for (TrialState trial : trials) {
      List<AttemptState> attempts = trial.attempts();
      boolean isRunning = trial.status() == TrialStatus.RUNNING;
      assertThat(trial.leaseUntil() != null).isEqualTo(isRunning);
      assertThat(attempts).extracting(AttemptState::token).isSorted().doesNotHaveDuplicates();
      for (int i = 0; i < attempts.size(); i++) {
        AttemptState attempt = attempts.get(i);
        boolean isLast = i == attempts.size() - 1;
        assertThat(attempt.number()).isEqualTo(i + 1);
        assertThat(attempt.outcome().equals("running")).isEqualTo(isLast && isRunning);
        assertThat(attempt.ended() == null).isEqualTo(attempt.outcome().equals("running"));
        assertThat(attempt.cause() != null).isEqualTo(attempt.outcome().equals("failed"));
        assertThat(attempt.began()).isBefore(now.plusSeconds(5));
        if (attempt.outcome().equals("done")) {
          assertThat(isLast).isTrue();
          assertThat(trial.status()).isEqualTo(TrialStatus.DONE);
          assertThat(trial.result()).isEqualTo("{\"token\":" + attempt.token() + "}");
        }
      }
      assertThat(trial.status() == TrialStatus.DONE).isEqualTo(trial.result() != null);
    }
  }
}
