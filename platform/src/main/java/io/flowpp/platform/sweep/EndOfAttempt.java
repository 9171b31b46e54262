package io.flowpp.platform.sweep;

import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Writes how an attempt ended, unless its lease is lost. */
record EndOfAttempt(LedgerDatabase database, Lease lease, Ending ending) {

  /** Also true where exactly this was written before: the answer to it may have been lost. */
  boolean in(Handle handle) {
    // One statement both asks for the token and writes: nobody can come in between.
    int written =
        handle
            .createUpdate(
                "UPDATE trial SET status = CASE WHEN :again = 1 AND failures + 1 >="
                    + " (SELECT max_attempts FROM sweep WHERE name = :sweep)"
                    + " THEN 'failed' ELSE :status END,"
                    + " failures = failures + :failures,"
                    + " result = COALESCE(:result, result), lease_until = NULL"
                    + " WHERE sweep = :sweep AND id = :trial AND token = :token"
                    + " AND status = 'running'")
            .bind("again", ending instanceof Ending.Failed failed && failed.again() ? 1 : 0)
            .bind("status", status())
            .bind("failures", ending instanceof Ending.Failed ? 1 : 0)
            .bind("result", result())
            .bind("sweep", lease.sweep())
            .bind("trial", lease.trial())
            .bind("token", lease.token())
            .execute();
    if (written == 0) {
      return isWritten(handle);
    }
    handle
        .createUpdate(
            "UPDATE attempt SET outcome = :outcome, cause = :cause, ended = "
                + database.dialect().now()
                + " WHERE token = :token")
        .bind("outcome", outcome())
        .bind("cause", cause())
        .bind("token", lease.token())
        .execute();
    return true;
  }

  private boolean isWritten(Handle handle) {
    return handle
        .createQuery(
            "SELECT a.outcome, a.cause, t.token, t.result FROM attempt a"
                + " JOIN trial t ON t.sweep = a.sweep AND t.id = a.trial WHERE a.token = :token")
        .bind("token", lease.token())
        .map(
            (row, context) ->
                row.getString("outcome").equals(outcome())
                    && Objects.equals(row.getString("cause"), cause())
                    && (!(ending instanceof Ending.Done done)
                        || (row.getLong("token") == lease.token()
                            && done.result().equals(row.getString("result")))))
        .findOne()
        .orElse(false);
  }

  private String status() {
    if (ending instanceof Ending.Done) {
      return TrialStatus.DONE.id();
    } else if (ending instanceof Ending.Failed failed) {
      return (failed.again() ? TrialStatus.PENDING : TrialStatus.FAILED).id();
    } else if (ending instanceof Ending.Paused) {
      return TrialStatus.PAUSED.id();
    }
    return TrialStatus.PENDING.id();
  }

  private String outcome() {
    if (ending instanceof Ending.Done) {
      return "done";
    } else if (ending instanceof Ending.Failed) {
      return "failed";
    } else if (ending instanceof Ending.Paused) {
      return "paused";
    }
    return "released";
  }

  private @Nullable String result() {
    return ending instanceof Ending.Done done ? done.result() : null;
  }

  private @Nullable String cause() {
    return ending instanceof Ending.Failed failed ? LedgerJson.write(failed.cause()) : null;
  }
}
