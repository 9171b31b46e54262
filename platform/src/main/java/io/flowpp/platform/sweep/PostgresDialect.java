package io.flowpp.platform.sweep;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.flowpp.platform.config.UserFault;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A ledger in a PostgreSQL, for the processes of many machines. Its tables have a schema of their
 * own, so that the database may serve something else too. Decisions about a sweep wait for each
 * other at the sweep's row.
 */
final class PostgresDialect implements LedgerDialect {
  private static final String SCHEMA = "flowpp_sweeps";
  private static final int CONNECTIONS = 3;
  private static final int CONNECT_SECONDS = 5;

  /** Nothing takes that long: the server or the way to it is gone. */
  private static final int ANSWER_SECONDS = 60;

  private final HikariDataSource pool;
  private final PostgresFaults faults;

  private PostgresDialect(HikariDataSource pool, PostgresFaults faults) {
    this.pool = pool;
    this.faults = faults;
  }

  static PostgresDialect open(
      LedgerAddress.Postgres address, String user, String password, Duration patience) {
    PostgresFaults faults = new PostgresFaults(address, user);
    PGSimpleDataSource source = source(address, user, password);
    try (Connection connection = source.getConnection()) {
      connection.isValid(CONNECT_SECONDS);
    } catch (SQLException fault) {
      throw faults.explain(fault);
    }
    try {
      LedgerMigrations.migrate(source, address.toString(), SCHEMA);
    } catch (FlywayException fault) {
      throw faults.explain(fault);
    }
    source.setCurrentSchema(SCHEMA);
    HikariConfig config = new HikariConfig();
    config.setDataSource(source);
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(0); // many workers share the server's connections
    config.setPoolName("ledger");
    config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    config.setInitializationFailTimeout(-1);
    // A process that is stopped within a transaction (SIGSTOP, a laptop that sleeps) keeps its
    // locks: the server ends that transaction, so that the others go on.
    config.setConnectionInitSql("SET idle_in_transaction_session_timeout = " + patience.toMillis());
    config.setConnectionTimeout(Math.max(1_000, patience.toMillis()));
    return new PostgresDialect(new HikariDataSource(config), faults);
  }

  private static PGSimpleDataSource source(
      LedgerAddress.Postgres address, String user, String password) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(address.jdbc());
    if (!user.isEmpty()) {
      source.setUser(user);
    }
    if (!password.isEmpty()) {
      source.setPassword(password);
    }
    source.setConnectTimeout(CONNECT_SECONDS);
    source.setLoginTimeout(2 * CONNECT_SECONDS);
    source.setSocketTimeout(ANSWER_SECONDS);
    source.setTcpKeepAlive(true);
    source.setApplicationName("flowpp");
    return source;
  }

  @Override
  public DataSource reading() {
    return pool;
  }

  @Override
  public TransactionIsolationLevel readingIsolation() {
    return TransactionIsolationLevel.REPEATABLE_READ;
  }

  @Override
  public DataSource writing() {
    return pool;
  }

  @Override
  public String now() {
    return "CAST(FLOOR(EXTRACT(EPOCH FROM clock_timestamp()) * 1000) AS BIGINT)";
  }

  @Override
  public String forUpdate() {
    return " FOR UPDATE";
  }

  @Override
  public boolean isPassing(SQLException fault) {
    return faults.isPassing(fault);
  }

  @Override
  public UserFault explain(SQLException fault) {
    return faults.explain(fault);
  }

  @Override
  public void check() {} // the server sees to it

  @Override
  public void close() {
    pool.close();
  }
}
