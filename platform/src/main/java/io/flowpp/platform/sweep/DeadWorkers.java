package io.flowpp.platform.sweep;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Frees what workers of this machine left when they died, without waiting for their leases. Of
 * workers elsewhere only their leases can tell.
 */
final class DeadWorkers {
  private static final long END_MILLIS = 2_000;

  private DeadWorkers() {}

  static void release(Ledger ledger, String sweep) {
    String here = WorkerIdentity.host();
    for (TrialState trial : ledger.trials(sweep)) {
      List<AttemptState> attempts = trial.attempts();
      if (trial.status() != TrialStatus.RUNNING || attempts.isEmpty()) {
        continue;
      }
      AttemptState last = attempts.get(attempts.size() - 1);
      if (last.host().equals(here) && WorkerIdentity.isDead(last.worker())) {
        endProcess(last);
        ledger.lost(new Lease(sweep, trial.spec().id(), last.token(), last.number()));
      }
    }
  }

  /**
   * Its locks go with it at once. Where its worker is stopped, nobody takes note of its end and the
   * system keeps its number: so not for ever.
   */
  private static void awaitEnd(ProcessHandle process) {
    try {
      process.onExit().get(END_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException unreaped) {
      return;
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("waiting for a process that was killed", e);
    }
  }

  /**
   * Kills the process of an attempt that lost its lease, where it is one of this machine: it could
   * hold the locks of its stages for ever, stopped as it may be.
   */
  static void endProcess(AttemptState lost) {
    Long pid = lost.pid();
    Long start = lost.processStart();
    if (pid == null || start == null || !lost.host().equals(WorkerIdentity.host())) {
      return;
    }
    WorkerIdentity.process(pid, start)
        .ifPresent(
            process -> {
              process.descendants().forEach(ProcessHandle::destroyForcibly);
              process.destroyForcibly();
              awaitEnd(process);
            });
  }
}
