package io.flowpp.platform.sweep;

import io.flowpp.core.device.FreeMemory;
import io.flowpp.platform.beam.SlotWork;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.device.Devices;
import io.flowpp.platform.execution.ChildCommand;
import io.flowpp.platform.workspace.Workspace;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker slot: takes trials from the ledger one after the other until there is nothing left to
 * begin and nothing that might come free.
 */
final class TrialSlot implements SlotWork {
  private static final Logger LOG = LoggerFactory.getLogger(TrialSlot.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration AWAY = Duration.ofSeconds(5);

  private static final Duration FIRST_REST = Duration.ofSeconds(10);
  private static final int MOST_DOUBLINGS = 5;

  private final Duration firstRest;
  private final Workspace workspace;
  private final ChildCommand command;
  private final LedgerSource ledgers;
  private final AtomicLong slots = new AtomicLong();
  private final Set<String> cancelled = ConcurrentHashMap.newKeySet();

  /** Assignments of which a slot of this process has seen the end: the others need not ask. */
  private final Set<String> over = ConcurrentHashMap.newKeySet();

  @Inject
  TrialSlot(Workspace workspace, ChildCommand command, LedgerSource ledgers) {
    this(workspace, command, ledgers, FIRST_REST);
  }

  /**
   * @param firstRest after a process that could not be started; each further one doubles it
   */
  TrialSlot(Workspace workspace, ChildCommand command, LedgerSource ledgers, Duration firstRest) {
    this.firstRest = firstRest;
    this.workspace = workspace;
    this.command = command;
    this.ledgers = ledgers;
  }

  @Override
  public void work(String assignment) {
    Worker worker = WorkerIdentity.here(slots.incrementAndGet());
    BooleanSupplier stop =
        () -> cancelled.contains(assignment) || Thread.currentThread().isInterrupted();
    String sweep = "";
    try {
      SlotAssignment todo = SweepJson.read(assignment, SlotAssignment.class);
      sweep = todo.sweep();
      while (!stop.getAsBoolean() && !over.contains(assignment)) {
        try (Ledger ledger = ledgers.open(todo.ledger())) {
          if (worksToTheEnd(todo, worker, ledger, stop)) {
            over.add(assignment);
          }
        } catch (UserFault fault) {
          awaitReturn(fault);
        }
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException | Error fault) {
      // An exception would have an engine interrupt the other slots and do this one's work again.
      leave(sweep, worker, fault);
    }
  }

  @Override
  public void cancel(String assignment) {
    cancelled.add(assignment);
  }

  /** Works on trials; whether the ledger has none left, rather than that this slot had to stop. */
  private boolean worksToTheEnd(
      SlotAssignment todo, Worker worker, Ledger ledger, BooleanSupplier stop)
      throws InterruptedException {
    Duration lease = Duration.ofMillis(todo.leaseMillis());
    SweepPlaces folder = SweepPlaces.of(workspace.root(), todo.sweep());
    Map<String, String> environment = new TreeMap<>(todo.environment());
    environment.put(Devices.WAIT, "1");
    environment.put("FLOWPP_WORKSPACE", workspace.root().toString());
    DeadWorkers.release(ledger, todo.sweep());
    int faults = 0;
    while (!stop.getAsBoolean()) {
      if (todo.ifFailed() == SweepRequest.IfFailed.BEGIN_NO_MORE) {
        beginNoMoreAfterFailure(ledger, todo);
      }
      Claim claim = ledger.claim(todo.sweep(), worker, lease);
      if (claim instanceof Claim.Over) {
        return true;
      }
      if (claim instanceof Claim.Taken taken) {
        if (taken.lost() != null) {
          DeadWorkers.endProcess(taken.lost());
        }
        SweepState sweep = ledger.sweep(todo.sweep()).orElseThrow();
        boolean started =
            new Attempt(ledger, sweep, taken, lease, stop)
                .run(command, shared(environment, sweep), folder);
        faults = started ? 0 : faults + 1;
        if (!started) {
          rest(faults, stop);
        }
      } else {
        Thread.sleep(PAUSE.toMillis());
        DeadWorkers.release(ledger, todo.sweep());
      }
    }
    return false;
  }

  /** A machine that cannot start processes now must not use up all trials in a moment. */
  private void rest(int faults, BooleanSupplier stop) throws InterruptedException {
    long doubled = firstRest.toNanos() << Math.min(faults - 1, MOST_DOUBLINGS);
    long until = System.nanoTime() + doubled;
    while (!stop.getAsBoolean() && System.nanoTime() - until < 0) {
      Thread.sleep(Math.min(PAUSE.toMillis(), firstRest.toMillis()));
    }
  }

  /** Asked before each claim: whoever watches the sweep would be too late. */
  private static void beginNoMoreAfterFailure(Ledger ledger, SlotAssignment todo) {
    boolean failed =
        ledger.trials(todo.sweep()).stream()
            .filter(trial -> trial.status() == TrialStatus.FAILED)
            .anyMatch(trial -> !todo.failedBefore().contains(trial.spec().id()));
    if (failed) {
      ledger.cancelPending(todo.sweep());
    }
  }

  /** Trials of one machine begin one after the other: none may take what the next will need. */
  private static Map<String, String> shared(Map<String, String> environment, SweepState sweep) {
    Map<String, String> all = new TreeMap<>(environment);
    long each = FreeMemory.ofAll() / sweep.spec().limits().maxConcurrent();
    all.put(FreeMemory.VARIABLE, String.valueOf(each));
    return all;
  }

  /** A ledger that is away or locked comes back; what else is wrong stays wrong. */
  private static void awaitReturn(UserFault fault) throws InterruptedException {
    if (fault.exitCode() != ExitCode.UNREACHABLE) {
      throw fault;
    }
    LOG.warn("the ledger cannot be used, asking again: {}", fault.line());
    Thread.sleep(AWAY.toMillis());
  }

  private void leave(String sweep, Worker worker, Throwable fault) {
    LOG.error("worker {} had to stop", worker.id(), fault);
    String line = fault instanceof UserFault told ? told.line() : fault.toString();
    try {
      WorkersLog.append(workspace.root(), sweep, worker.id() + ": " + line);
    } catch (IOException unwritable) {
      LOG.error("and cannot say so in the workspace", unwritable);
    }
  }
}
