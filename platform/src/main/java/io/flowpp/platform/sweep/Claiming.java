package io.flowpp.platform.sweep;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * One worker asks for a trial; whoever else asks for one of the same sweep waits for the answer.
 *
 * <p>Trials whose lease expired go before pending ones. So the number of leases, expired ones among
 * them, never exceeds the limit, and a worker whose lease expired may take it up again as long as
 * nobody else has the trial.
 *
 * @param nonce by which the claim is known again where the answer to its commit was lost
 */
record Claiming(
    LedgerDatabase database, String sweep, Worker worker, Duration lease, String nonce) {

  Claim in(Handle handle) {
    Row row =
        handle
            .createQuery("SELECT * FROM sweep WHERE name = :sweep" + database.dialect().forUpdate())
            .bind("sweep", sweep)
            .map((result, context) -> row(result))
            .findOne()
            .orElseThrow(() -> LedgerRows.noSuchSweep(handle, sweep));
    Optional<Claim> repeated = repeated(handle);
    if (repeated.isPresent()) {
      return repeated.get();
    }
    // Another worker may renew an expired lease between the look and the taking: then look again.
    while (true) {
      long now = database.now(handle);
      List<Candidate> open = open(handle);
      Claim none = none(row, open, status(handle), now);
      if (none != null) {
        return none;
      }
      Optional<Candidate> expired = open.stream().filter(each -> each.isExpired(now)).findFirst();
      if (expired.isPresent() && expired.get().losses() + 1 >= Ledger.MOST_LOST) {
        lost(expired.get()).in(handle, now);
        continue;
      }
      Candidate next =
          expired.or(() -> open.stream().filter(Candidate::isPending).findFirst()).orElseThrow();
      long token = nextNumber(handle);
      if (take(handle, next, token, now)) {
        if (row.began() == null) {
          handle
              .createUpdate("UPDATE sweep SET began = :now WHERE name = :sweep")
              .bind("now", now)
              .bind("sweep", sweep)
              .execute();
        }
        return taken(handle, next.id(), token);
      }
    }
  }

  /** A number that was never given before, for a lease's token or a sweep's order. */
  static long nextNumber(Handle handle) {
    handle.execute("UPDATE counter SET value = value + 1 WHERE id = 1");
    return handle.createQuery("SELECT value FROM counter WHERE id = 1").mapTo(Long.class).one();
  }

  private @Nullable Claim none(
      Row row, List<Candidate> open, Map<String, Integer> counts, long now) {
    int paused = counts.getOrDefault("paused", 0);
    if (open.isEmpty() && !(row.stopping() && paused > 0)) {
      return new Claim.Over(paused > 0 ? "stopped" : "finished");
    }
    Limits limits = row.limits();
    if (row.stopping()) {
      return new Claim.Over("stopped");
    }
    if (limits.maxFailures() != null && counts.getOrDefault("failed", 0) >= limits.maxFailures()) {
      return new Claim.Over("max-failures");
    }
    if (limits.maxHours() != null
        && row.began() != null
        && now - row.began() >= limits.maxHours() * Duration.ofHours(1).toMillis()) {
      return new Claim.Over("max-hours");
    }
    long live = open.stream().filter(each -> each.isLive(now)).count();
    return live == open.size() || live >= limits.maxConcurrent() ? new Claim.Wait() : null;
  }

  private List<Candidate> open(Handle handle) {
    return handle
        .createQuery(
            "SELECT id, status, token, lease_until, losses FROM trial WHERE sweep = :sweep AND dropped = 0"
                + " AND status IN ('pending', 'running') ORDER BY position")
        .bind("sweep", sweep)
        .map(
            (row, context) ->
                new Candidate(
                    row.getString("id"),
                    row.getString("status").equals("pending"),
                    row.getLong("token"),
                    row.getLong("lease_until"),
                    row.getInt("losses")))
        .list();
  }

  private Map<String, Integer> status(Handle handle) {
    return handle
        .createQuery("SELECT status FROM trial WHERE sweep = :sweep AND dropped = 0")
        .bind("sweep", sweep)
        .mapTo(String.class)
        .collect(Collectors.toMap(Function.identity(), each -> 1, Integer::sum));
  }

  private boolean take(Handle handle, Candidate next, long token, long now) {
    int taken =
        handle
            .createUpdate(
                "UPDATE trial SET losses = losses + CASE WHEN status = 'running' THEN 1 ELSE 0 END,"
                    + " status = 'running', token = :token, lease_until = :until"
                    + " WHERE sweep = :sweep AND id = :id AND token = :before"
                    + " AND (status = 'pending' OR (status = 'running' AND lease_until <= :now))")
            .bind("token", token)
            .bind("until", now + lease.toMillis())
            .bind("sweep", sweep)
            .bind("id", next.id())
            .bind("before", next.token())
            .bind("now", now)
            .execute();
    if (taken == 0) {
      return false;
    }
    handle
        .createUpdate(
            "UPDATE attempt SET outcome = 'lost', ended = :now"
                + " WHERE sweep = :sweep AND trial = :id AND outcome = 'running'")
        .bind("now", now)
        .bind("sweep", sweep)
        .bind("id", next.id())
        .execute();
    handle
        .createUpdate(
            "INSERT INTO attempt (token, sweep, trial, number, claim, worker, host, began, outcome)"
                + " SELECT :token, :sweep, :id, 1 + COUNT(*), :claim, :worker, :host, :now, 'running'"
                + " FROM attempt WHERE sweep = :sweep AND trial = :id")
        .bind("token", token)
        .bind("sweep", sweep)
        .bind("id", next.id())
        .bind("claim", nonce)
        .bind("worker", worker.id())
        .bind("host", worker.host())
        .bind("now", now)
        .execute();
    return true;
  }

  private LostAttempt lost(Candidate expired) {
    return new LostAttempt(database, new Lease(sweep, expired.id(), expired.token(), 0));
  }

  private Optional<Claim> repeated(Handle handle) {
    return handle
        .createQuery(
            "SELECT trial, token FROM attempt"
                + " WHERE claim = :claim AND sweep = :sweep AND outcome = 'running'")
        .bind("claim", nonce)
        .bind("sweep", sweep)
        .map((row, context) -> taken(handle, row.getString("trial"), row.getLong("token")))
        .findOne();
  }

  private Claim taken(Handle handle, String id, long token) {
    TrialState trial = LedgerRows.trial(handle, sweep, id);
    int mine = trial.attempts().size();
    AttemptState before = mine > 1 ? trial.attempts().get(mine - 2) : null;
    return new Claim.Taken(
        new Lease(sweep, id, token, mine),
        trial,
        before != null && before.outcome().equals("lost") ? before : null);
  }

  private static Row row(ResultSet result) throws SQLException {
    long began = result.getLong("began");
    Long first = result.wasNull() ? null : (Long) began;
    return new Row(LedgerRows.limits(result), result.getInt("stopping") != 0, first);
  }

  private record Row(Limits limits, boolean stopping, @Nullable Long began) {}

  /**
   * @param leaseUntil of no meaning for a pending one
   */
  private record Candidate(String id, boolean isPending, long token, long leaseUntil, int losses) {
    boolean isExpired(long now) {
      return !isPending && leaseUntil <= now;
    }

    boolean isLive(long now) {
      return !isPending && leaseUntil > now;
    }
  }
}
