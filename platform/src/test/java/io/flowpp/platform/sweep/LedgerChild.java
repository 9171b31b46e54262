package io.flowpp.platform.sweep;

import io.flowpp.platform.sweep.Claim.Taken;
import io.flowpp.platform.sweep.Ending.Done;
import io.flowpp.platform.sweep.Ledger.Hold;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the tests of several processes on one ledger run in the others. */
final class LedgerChild {
  private static final String SWEEP = "s";

  private LedgerChild() {}

  /** {@code URL work THREADS LEASE_MILLIS} or {@code URL hold LEASE_MILLIS}. */
  public static void main(String[] arguments) throws Exception {
    try (Ledger ledger = Ledgers.open(arguments[0], System.getenv())) {
      switch (arguments[1]) {
        case "work" -> work(ledger, Integer.parseInt(arguments[2]), millis(arguments[3]));
        case "hold" -> hold(ledger, millis(arguments[2]));
        default -> throw new IllegalArgumentException(arguments[1]);
      }
    }
  }

  private static void work(Ledger ledger, int threads, Duration lease) throws Exception {
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Worker worker = new Worker(ProcessHandle.current().pid() + "/" + i, "host");
      Thread thread = new Thread(() -> work(ledger, worker, lease));
      thread.start();
      all.add(thread);
    }
    for (Thread thread : all) {
      thread.join();
    }
    say("over");
  }

  private static void work(Ledger ledger, Worker worker, Duration lease) {
    while (true) {
      Claim claim = ledger.claim(SWEEP, worker, lease);
      if (claim instanceof Claim.Over) {
        return;
      } else if (claim instanceof Taken taken) {
        boolean held = ledger.renew(taken.lease(), lease, "{}") == Hold.HELD;
        String result = "{\"worker\":\"" + worker.id() + "\"}";
        boolean written = ledger.end(taken.lease(), new Done(result));
        say((held && written ? "done " : "lost ") + taken.lease().trial());
      } else {
        pause(20);
      }
    }
  }

  /** Renews until the lease is lost, and tries to write then. */
  private static void hold(Ledger ledger, Duration duration) {
    Lease lease = ((Taken) ledger.claim(SWEEP, new Worker("holder", "host"), duration)).lease();
    say("took " + lease.token());
    Hold hold;
    do {
      pause(duration.toMillis() / 2); // stopped here, not within a transaction
      hold = ledger.renew(lease, duration, "{}");
    } while (hold != Hold.LOST);
    say("renew " + hold);
    say("end " + ledger.end(lease, new Done("{\"wrong\":1}")));
  }

  private static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private static Duration millis(String text) {
    return Duration.ofMillis(Long.parseLong(text));
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
