package io.flowpp.platform.sweep;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;

/**
 * The ledger in a database. A worker writes under its lease's token in one conditional update: it
 * holds the lease as long as nobody else has taken the trial, even past its end, so that a worker
 * that slept too long may go on where no harm was done and is refused where another began.
 */
final class JdbcLedger implements Ledger {
  private static final String HELD =
      " WHERE sweep = :sweep AND id = :trial AND token = :token AND status = 'running'";

  private final LedgerDatabase database;

  JdbcLedger(LedgerDatabase database) {
    this.database = database;
  }

  @Override
  public List<SweepState> sweeps() {
    return database.read(
        handle ->
            handle
                .createQuery("SELECT name FROM sweep ORDER BY ordinal DESC")
                .mapTo(String.class)
                .list()
                .stream()
                .map(name -> LedgerRows.sweep(handle, name).orElseThrow())
                .toList());
  }

  @Override
  public Optional<SweepState> sweep(String name) {
    return database.read(handle -> LedgerRows.sweep(handle, name));
  }

  @Override
  public SweepState create(SweepSpec spec, String file, String home) {
    String instance = UUID.randomUUID().toString();
    return database.write(
        handle -> {
          Optional<SweepState> before = LedgerRows.sweep(handle, spec.name());
          if (before.isPresent() && !before.get().instance().equals(instance)) {
            throw new UserFault(
                ExitCode.USAGE,
                Ledger.EXISTS,
                "there is a sweep of this name, from " + before.get().file(),
                spec.name(),
                "go on with it: flowpp sweep resume "
                    + before.get().file()
                    + ", forget it: flowpp sweep rm "
                    + spec.name()
                    + ", or give this one another name");
          }
          if (before.isEmpty()) {
            new SweepChange(handle, spec).insert(instance, file, home);
          }
          return LedgerRows.sweep(handle, spec.name()).orElseThrow();
        });
  }

  @Override
  public SweepState change(String name, SweepSpec spec) {
    if (!spec.name().equals(name)) {
      throw new IllegalArgumentException("sweep " + name + " cannot become " + spec.name());
    }
    return database.write(
        handle -> {
          lock(handle, name);
          new SweepChange(handle, spec).update(database.now(handle));
          return LedgerRows.sweep(handle, name).orElseThrow();
        });
  }

  @Override
  public List<TrialState> trials(String sweep) {
    return database.read(
        handle -> {
          if (LedgerRows.sweep(handle, sweep).isEmpty()) {
            throw LedgerRows.noSuchSweep(handle, sweep);
          }
          return LedgerRows.trials(handle, sweep);
        });
  }

  @Override
  public Claim claim(String sweep, Worker worker, Duration lease) {
    String nonce = UUID.randomUUID().toString();
    return database.write(new Claiming(database, sweep, worker, lease, nonce)::in);
  }

  @Override
  public boolean running(Lease lease, long pid, long processStart) {
    return database.write(
        handle ->
            handle
                    .createUpdate(
                        "UPDATE attempt SET pid = :pid, process_start = :start"
                            + " WHERE token = :token AND outcome = 'running'")
                    .bind("pid", pid)
                    .bind("start", processStart)
                    .bind("token", lease.token())
                    .execute()
                == 1);
  }

  @Override
  public Hold renew(Lease lease, Duration duration, String progress) {
    return database.write(
        handle -> {
          int held =
              handle
                  .createUpdate(
                      "UPDATE trial SET lease_until = "
                          + database.dialect().now()
                          + " + :duration, progress = :progress"
                          + HELD)
                  .bind("duration", duration.toMillis())
                  .bind("progress", progress)
                  .bind("sweep", lease.sweep())
                  .bind("trial", lease.trial())
                  .bind("token", lease.token())
                  .execute();
          if (held == 0) {
            return Hold.LOST;
          }
          int stopping =
              handle
                  .createQuery("SELECT stopping FROM sweep WHERE name = :sweep")
                  .bind("sweep", lease.sweep())
                  .mapTo(Integer.class)
                  .one();
          return stopping == 0 ? Hold.HELD : Hold.STOP;
        });
  }

  @Override
  public boolean end(Lease lease, Ending ending) {
    return database.write(handle -> new EndOfAttempt(database, lease, ending).in(handle));
  }

  @Override
  public void lost(Lease lease) {
    database.write(handle -> new LostAttempt(database, lease).in(handle));
  }

  @Override
  public void stop(String sweep) {
    database.write(
        handle -> {
          lock(handle, sweep);
          return handle.execute("UPDATE sweep SET stopping = 1 WHERE name = ?", sweep);
        });
  }

  @Override
  public void resume(String sweep) {
    database.write(
        handle -> {
          lock(handle, sweep);
          handle.execute("UPDATE sweep SET stopping = 0 WHERE name = ?", sweep);
          handle.execute("UPDATE trial SET losses = 0 WHERE sweep = ?", sweep);
          return handle.execute(
              "UPDATE trial SET status = 'pending' WHERE sweep = ? AND dropped = 0"
                  + " AND status IN ('paused', 'cancelled')",
              sweep);
        });
  }

  @Override
  public int retryFailed(String sweep) {
    // Repeated after a commit whose answer was lost, it finds nothing more: the first count holds.
    AtomicInteger most = new AtomicInteger();
    return database.write(
        handle -> {
          lock(handle, sweep);
          int now =
              handle.execute(
                  "UPDATE trial SET status = 'pending', failures = 0, losses = 0"
                      + " WHERE sweep = ? AND dropped = 0 AND status = 'failed'",
                  sweep);
          return most.accumulateAndGet(now, Math::max);
        });
  }

  @Override
  public void cancelPending(String sweep) {
    database.write(
        handle -> {
          lock(handle, sweep);
          long now = database.now(handle);
          // A trial whose worker is gone would be begun again: it is cancelled like a pending one.
          handle
              .createUpdate(
                  "UPDATE trial SET status = 'cancelled', lease_until = NULL WHERE sweep = :sweep"
                      + " AND (status = 'pending' OR (status = 'running' AND lease_until <= :now))")
              .bind("sweep", sweep)
              .bind("now", now)
              .execute();
          return handle
              .createUpdate(
                  "UPDATE attempt SET outcome = 'lost', ended = :now WHERE sweep = :sweep"
                      + " AND outcome = 'running' AND trial IN"
                      + " (SELECT id FROM trial WHERE sweep = :sweep AND status = 'cancelled')")
              .bind("sweep", sweep)
              .bind("now", now)
              .execute();
        });
  }

  @Override
  public void rememberMlflowRun(String sweep, String mlflowRunId) {
    database.write(
        handle -> {
          lock(handle, sweep);
          return handle.execute(
              "UPDATE sweep SET mlflow_run_id = ? WHERE name = ?", mlflowRunId, sweep);
        });
  }

  @Override
  public void remove(String sweep) {
    AtomicBoolean repeated = new AtomicBoolean();
    database.write(
        handle -> {
          if (repeated.get() && LedgerRows.sweep(handle, sweep).isEmpty()) {
            return 0;
          }
          lock(handle, sweep);
          refuseWhileHeld(handle, sweep);
          repeated.set(true);
          return handle.execute("DELETE FROM sweep WHERE name = ?", sweep);
        });
  }

  @Override
  public void close() {
    database.close();
  }

  private void refuseWhileHeld(Handle handle, String sweep) {
    long now = database.now(handle);
    handle
        .createQuery(
            "SELECT t.id, a.worker, a.host FROM trial t JOIN attempt a ON a.token = t.token"
                + " WHERE t.sweep = :sweep AND t.status = 'running' AND t.lease_until > :now"
                + " ORDER BY t.position")
        .bind("sweep", sweep)
        .bind("now", now)
        .map(
            (row, context) ->
                "trial "
                    + row.getString("id")
                    + " is being run by "
                    + row.getString("worker")
                    + " on "
                    + row.getString("host"))
        .stream()
        .findFirst()
        .ifPresent(
            holder -> {
              throw new UserFault(
                  ExitCode.USAGE,
                  "sweep-busy",
                  holder,
                  sweep,
                  "stop it first: flowpp sweep stop " + sweep);
            });
  }

  private void lock(Handle handle, String sweep) {
    Optional<String> row =
        handle
            .createQuery(
                "SELECT name FROM sweep WHERE name = :sweep" + database.dialect().forUpdate())
            .bind("sweep", sweep)
            .mapTo(String.class)
            .findOne();
    if (row.isEmpty()) {
      throw LedgerRows.noSuchSweep(handle, sweep);
    }
  }
}
