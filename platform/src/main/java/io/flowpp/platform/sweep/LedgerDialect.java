package io.flowpp.platform.sweep;

import io.flowpp.platform.config.UserFault;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/** In what the databases differ that a ledger can live in. */
interface LedgerDialect extends AutoCloseable {
  /** Whose transactions see one state of the database and never wait for a writer. */
  DataSource reading();

  /** The isolation that makes reading so. */
  TransactionIsolationLevel readingIsolation();

  DataSource writing();

  /**
   * An expression: milliseconds since 1970 by the database's clock, moving within a transaction.
   */
  String now();

  /** What a SELECT of the sweep's row ends with so that others who decide about it wait. */
  String forUpdate();

  /** Whether the same once more may go better. The transaction may have been written even so. */
  boolean isPassing(SQLException fault);

  /** What the fault means for the person at the command line. */
  UserFault explain(SQLException fault);

  /**
   * Sees to it that what was written reached the database that the others use.
   *
   * @throws UserFault where it did not
   */
  void check();

  @Override
  void close();
}
