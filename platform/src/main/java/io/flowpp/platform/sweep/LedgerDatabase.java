package io.flowpp.platform.sweep;

import com.google.common.base.Throwables;
import io.flowpp.platform.config.UserFault;
import java.sql.SQLException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/**
 * Runs the ledger's transactions. One that fails for a passing reason (a serialisation failure, a
 * connection lost) is run again: it may have been written already where the answer to its commit
 * was lost, so each must be safe to repeat.
 *
 * <p>An interrupt does not cut a transaction short, since a worker that is interrupted wants to
 * give its trial back; the thread is left interrupted.
 */
final class LedgerDatabase implements AutoCloseable {
  private static final int TRIES = 5;
  private static final long FIRST_BACK_OFF_MILLIS = 50;

  private final LedgerDialect dialect;
  private final Jdbi reading;
  private final Jdbi writing;

  LedgerDatabase(LedgerDialect dialect) {
    this.dialect = dialect;
    this.reading = Jdbi.create(dialect.reading());
    this.writing = Jdbi.create(dialect.writing());
  }

  <T> T read(Work<T> work) {
    TransactionIsolationLevel level = dialect.readingIsolation();
    return run(() -> reading.inTransaction(level, work::on));
  }

  <T> T write(Work<T> work) {
    return run(() -> writing.inTransaction(work::on));
  }

  /** Milliseconds since 1970 by the database's clock. */
  long now(Handle handle) {
    return handle.createQuery("SELECT " + dialect.now()).mapTo(Long.class).one();
  }

  LedgerDialect dialect() {
    return dialect;
  }

  @Override
  public void close() {
    dialect.close();
  }

  private <T> T run(Transaction<T> transaction) {
    boolean interrupted = Thread.interrupted();
    try {
      for (int attempt = 1; ; attempt++) {
        try {
          T answer = transaction.run();
          dialect.check();
          return answer;
        } catch (JdbiException fault) {
          SQLException cause = sqlException(fault);
          if (hasCause(fault, InterruptedException.class)) {
            interrupted = true;
            Thread.interrupted();
          } else if (attempt >= TRIES || !dialect.isPassing(cause)) {
            dialect.check(); // a file that is gone explains more than what it led to
            throw dialect.explain(cause);
          }
          interrupted |= waited(FIRST_BACK_OFF_MILLIS << attempt);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** True where the wait was interrupted. */
  private static boolean waited(long millis) {
    try {
      Thread.sleep(millis);
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }

  private static SQLException sqlException(JdbiException fault) {
    return Throwables.getCausalChain(fault).stream()
        .filter(SQLException.class::isInstance)
        .map(SQLException.class::cast)
        .findFirst()
        .orElseThrow(() -> fault);
  }

  private static boolean hasCause(Throwable fault, Class<? extends Throwable> kind) {
    return Throwables.getCausalChain(fault).stream().anyMatch(kind::isInstance);
  }

  /** What a transaction does. */
  @FunctionalInterface
  interface Work<T> {
    /**
     * @throws UserFault to undo what was done
     */
    T on(Handle handle);
  }

  @FunctionalInterface
  private interface Transaction<T> {
    T run();
  }
}
