package io.flowpp.platform.sweep;

import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Writes that an attempt's worker is lost. A trial that costs too many of them is taken for their
 * cause: nothing of its own process ever says so, since that dies with its worker.
 */
record LostAttempt(LedgerDatabase database, Lease lease) {
  private static final String KIND = "worker-lost";

  /** Whatever the lease has left. */
  int in(Handle handle) {
    return in(handle, Long.MAX_VALUE);
  }

  /**
   * Only where the lease is over at {@code expired}: it may have been renewed since it was looked
   * at.
   */
  int in(Handle handle, long expired) {
    // One statement both asks for the token and writes: nobody can come in between.
    int written =
        handle
            .createUpdate(
                "UPDATE trial SET status = CASE WHEN losses + 1 >= :most THEN 'failed'"
                    + " ELSE 'pending' END, losses = losses + 1, lease_until = NULL"
                    + " WHERE sweep = :sweep AND id = :trial AND token = :token"
                    + " AND status = 'running' AND lease_until <= :expired")
            .bind("most", Ledger.MOST_LOST)
            .bind("sweep", lease.sweep())
            .bind("trial", lease.trial())
            .bind("token", lease.token())
            .bind("expired", expired)
            .execute();
    return written == 0 ? 0 : end(handle);
  }

  private int end(Handle handle) {
    boolean failed =
        handle
            .createQuery("SELECT status FROM trial WHERE sweep = :sweep AND id = :trial")
            .bind("sweep", lease.sweep())
            .bind("trial", lease.trial())
            .mapTo(String.class)
            .one()
            .equals(TrialStatus.FAILED.id());
    return handle
        .createUpdate(
            "UPDATE attempt SET outcome = :outcome, cause = :cause, ended = "
                + database.dialect().now()
                + " WHERE token = :token")
        .bind("outcome", failed ? "failed" : "lost")
        .bind("cause", failed ? LedgerJson.write(cause()) : null)
        .bind("token", lease.token())
        .execute();
  }

  private static Cause cause() {
    return new Cause(
        KIND,
        Ledger.MOST_LOST
            + " workers in a row died or went silent on it: it may take its machine down",
        List.of(),
        null);
  }
}
