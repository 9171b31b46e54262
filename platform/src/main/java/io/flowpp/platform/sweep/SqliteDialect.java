package io.flowpp.platform.sweep;

import com.google.common.base.Throwables;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.workspace.StorageFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TransactionMode;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteOpenMode;

/**
 * A ledger in one file, for the processes of one machine. Writing transactions begin IMMEDIATE: one
 * that reads first and then writes would fail at once where another wrote in between. Reading ones
 * see the state at their beginning (WAL) and wait for nobody.
 */
final class SqliteDialect implements LedgerDialect {
  private static final int OPENING_TRIES = 8;
  private static final int READERS = 2;

  private final Path file;
  private final HikariDataSource reading;
  private final HikariDataSource writing;
  private final SqliteFaults faults;
  private final FileIdentity identity;

  private SqliteDialect(Path file, Duration patience) {
    this.file = file;
    this.faults = new SqliteFaults(file, patience);
    this.identity = new FileIdentity();
    SQLiteConfig reader = config(patience);
    // A file that is gone must be noticed, not replaced by an empty one.
    reader.resetOpenMode(SQLiteOpenMode.CREATE);
    this.reading = pool(source(file, reader), READERS, patience);
    SQLiteConfig writer = config(patience);
    writer.resetOpenMode(SQLiteOpenMode.CREATE);
    writer.setTransactionMode(TransactionMode.IMMEDIATE);
    this.writing = pool(source(file, writer), 1, patience);
  }

  static SqliteDialect open(Path file, Duration patience) {
    try {
      Files.createDirectories(Objects.requireNonNull(file.getParent()));
    } catch (IOException e) {
      throw StorageFault.of(e, file.getParent());
    }
    SqliteFaults faults = new SqliteFaults(file, patience);
    for (int attempt = 1; ; attempt++) {
      try {
        prepare(file, patience);
        SqliteDialect opened = new SqliteDialect(file, patience);
        // Not its log yet: before the first transaction another process may take that away.
        if (!opened.identity.isSame(file)) {
          throw faults.gone(file);
        }
        return opened;
      } catch (SQLException | FlywayException fault) {
        Optional<SQLException> cause = sqlException(fault);
        // Two processes that make the same ledger disturb each other: the second look finds it
        // made.
        if (attempt < OPENING_TRIES && (cause.isEmpty() || faults.mayBeRace(cause.get()))) {
          pause(attempt);
        } else if (cause.isPresent()) {
          throw faults.explain(cause.get());
        } else {
          throw (FlywayException) fault;
        }
      }
    }
  }

  private static void prepare(Path file, Duration patience) throws SQLException {
    SQLiteDataSource source = source(file, config(patience));
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.executeQuery("SELECT COUNT(*) FROM sqlite_master").close(); // is it a database?
    }
    LedgerMigrations.migrate(source, file.toString(), null);
  }

  private static SQLiteConfig config(Duration patience) {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(JournalMode.WAL);
    config.setSynchronous(SynchronousMode.FULL); // a lease survives the loss of power
    config.setBusyTimeout(Math.toIntExact(patience.toMillis()));
    config.enforceForeignKeys(true);
    return config;
  }

  private static SQLiteDataSource source(Path file, SQLiteConfig config) {
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file);
    return source;
  }

  private static HikariDataSource pool(DataSource source, int size, Duration patience) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(source);
    config.setMaximumPoolSize(size);
    config.setPoolName("ledger");
    // Connections stay: the last one to close would take the write-ahead log away.
    config.setMaxLifetime(0);
    config.setIdleTimeout(0);
    config.setInitializationFailTimeout(-1); // the first transaction tells what is wrong
    config.setConnectionTimeout(Math.max(1_000, 3 * patience.toMillis()));
    return new HikariDataSource(config);
  }

  @Override
  public DataSource reading() {
    return reading;
  }

  @Override
  public TransactionIsolationLevel readingIsolation() {
    return TransactionIsolationLevel.SERIALIZABLE; // the only one that SQLite has
  }

  @Override
  public DataSource writing() {
    return writing;
  }

  @Override
  public String now() {
    return "CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)";
  }

  @Override
  public String forUpdate() {
    return ""; // the whole database is locked
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
  public void check() {
    if (!identity.isSame(file)) {
      throw faults.gone(file);
    }
    Path log = file.resolveSibling(file.getFileName() + "-wal");
    if ((identity.knows(log) || Files.exists(log)) && !identity.isSame(log)) {
      throw faults.gone(log);
    }
  }

  @Override
  public void close() {
    reading.close();
    writing.close();
  }

  private static Optional<SQLException> sqlException(Throwable fault) {
    return Throwables.getCausalChain(fault).stream()
        .filter(SQLException.class::isInstance)
        .map(SQLException.class::cast)
        .findFirst();
  }

  private static void pause(int attempt) {
    try {
      Thread.sleep(20L << attempt);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
