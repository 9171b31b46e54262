package io.flowpp.platform.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.sweep.Ending.Done;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What a person reads when something is wrong with the ledger's file. */
class SqliteFaultsTest {
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration PATIENCE = Duration.ofMillis(300);
  private static final Worker WORKER = new Worker("w", "h");

  @TempDir Path workspace;
  private Path file;

  @BeforeEach
  void name() {
    file = workspace.resolve("sweeps/ledger.db");
  }

  private Ledger open() {
    return Ledgers.open("sqlite:" + file, Map.of(), PATIENCE);
  }

  private Ledger openWithSweep() {
    Ledger ledger = open();
    ledger.create(SweepSamples.sweep("s", 2), "f", "h");
    return ledger;
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + file);
  }

  private void execute(String... statements) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  private static UserFault fault(Runnable call) {
    return catchThrowableOfType(UserFault.class, call::run);
  }

  private void assertFault(UserFault fault, ExitCode exit, String code, String... words) {
    assertThat(fault).isNotNull();
    assertThat(fault.line()).contains(words).contains(file.toString()).doesNotContain("\n");
    assertThat(fault.code()).isEqualTo(code);
    assertThat(fault.exitCode()).isEqualTo(exit);
  }

  @Test
  void lockedByAnotherForTooLong() throws Exception {
    try (Ledger ledger = openWithSweep();
        Connection other = connect();
        Statement statement = other.createStatement()) {
      Lease lease = ((Claim.Taken) ledger.claim("s", WORKER, LONG)).lease();
      statement.execute("BEGIN IMMEDIATE");
      for (Runnable call :
          new Runnable[] {
            () -> ledger.claim("s", WORKER, LONG),
            () -> ledger.renew(lease, LONG, "{}"),
            () -> ledger.end(lease, new Done("{}"))
          }) {
        assertFault(
            fault(call),
            ExitCode.UNREACHABLE,
            "ledger-locked",
            "locked by another process",
            "fuser");
      }
      assertThat(ledger.trials("s")).hasSize(2); // reading waits for nobody
      statement.execute("ROLLBACK");
      assertThat(ledger.end(lease, new Done("{}"))).isTrue();
    }
  }

  @Test
  void lockedWhileItIsOpened() throws Exception {
    open().close();
    try (Connection other = connect();
        Statement statement = other.createStatement()) {
      statement.execute("PRAGMA locking_mode=EXCLUSIVE");
      statement.execute("BEGIN EXCLUSIVE");
      statement.execute("UPDATE counter SET value = value");
      assertFault(
          fault(this::open), ExitCode.UNREACHABLE, "ledger-locked", "locked by another process");
    }
  }

  @Test
  void deletedWhileInUse() throws Exception {
    try (Ledger ledger = openWithSweep()) {
      Lease lease = ((Claim.Taken) ledger.claim("s", WORKER, LONG)).lease();
      Files.delete(file);
      for (Runnable call :
          new Runnable[] {
            () -> ledger.trials("s"),
            () -> ledger.claim("s", WORKER, LONG),
            () -> ledger.renew(lease, LONG, "{}"),
            () -> ledger.end(lease, new Done("{}"))
          }) {
        assertFault(
            fault(call), ExitCode.UNREACHABLE, "ledger-gone", "was deleted or replaced", "resume");
      }
      assertThat(file).doesNotExist();
    }
  }

  @Test
  void replacedByACopyWhileInUse() throws Exception {
    try (Ledger ledger = openWithSweep()) {
      Path copy = Files.copy(file, workspace.resolve("copy"));
      Files.delete(file);
      Files.move(copy, file);
      assertFault(
          fault(() -> ledger.claim("s", WORKER, LONG)),
          ExitCode.UNREACHABLE,
          "ledger-gone",
          "was deleted or replaced");
    }
  }

  @Test
  void itsLogDeletedWhileInUse() throws Exception {
    try (Ledger ledger = openWithSweep()) {
      ledger.claim("s", WORKER, LONG);
      Files.delete(Path.of(file + "-wal"));
      assertFault(
          fault(() -> ledger.claim("s", WORKER, LONG)),
          ExitCode.UNREACHABLE,
          "ledger-gone",
          "-wal: the ledger of sweeps was deleted or replaced");
    }
  }

  @Test
  void notADatabase() throws Exception {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "a letter to somebody\n".repeat(100));
    assertFault(fault(this::open), ExitCode.FAILED, "ledger-damaged", "not a ledger", "backup");
  }

  @Test
  void damaged() throws Exception {
    openWithSweep().close();
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(100);
      for (long i = bytes.getFilePointer(); i < bytes.length(); i++) {
        bytes.write(0xa5);
      }
    }
    assertFault(fault(this::open), ExitCode.FAILED, "ledger-damaged", "is damaged", "backup");
  }

  @Test
  void aTableIsGone() throws Exception {
    try (Ledger ledger = openWithSweep()) {
      execute("DROP TABLE attempt");
      assertFault(
          fault(() -> ledger.trials("s")),
          ExitCode.FAILED,
          "ledger-damaged",
          "no such table: attempt");
    }
  }

  @Test
  void theDatabaseOfSomethingElse() throws Exception {
    Files.createDirectories(file.getParent());
    execute("CREATE TABLE photographs (id INTEGER)");
    assertFault(
        fault(this::open),
        ExitCode.USAGE,
        "not-a-ledger",
        "it holds tables of something else",
        "FLOWPP_LEDGER_URL");
  }

  @Test
  void writtenByALaterVersion() throws Exception {
    open().close();
    execute(
        "INSERT INTO flyway_schema_history SELECT 99, '99', 'x', 'SQL', 'V99__x.sql', 1, 'x',"
            + " installed_on, 1, 1 FROM flyway_schema_history WHERE installed_rank = 1");
    assertFault(fault(this::open), ExitCode.USAGE, "ledger-of-later-version", "by a later version");
  }

  @Test
  void aFolderStandsInItsPlace() throws Exception {
    Files.createDirectories(file);
    assertFault(fault(this::open), ExitCode.USAGE, "unwritable-ledger", "cannot be opened");
  }

  @Test
  void itsFolderCannotBeMade() throws Exception {
    Files.writeString(workspace.resolve("sweeps"), "");
    UserFault fault = fault(this::open);
    assertThat(fault.code()).isEqualTo("unwritable-workspace");
    assertThat(fault.exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void noSpaceAndNoRightToWrite() {
    SqliteFaults faults = new SqliteFaults(file, PATIENCE);
    assertFault(
        faults.explain(new SQLiteException("full", SQLiteErrorCode.SQLITE_FULL)),
        ExitCode.FAILED,
        "disk-full",
        "the disk is full");
    assertFault(
        faults.explain(new SQLiteException("readonly", SQLiteErrorCode.SQLITE_READONLY_DIRECTORY)),
        ExitCode.USAGE,
        "unwritable-ledger",
        "readonly");
    assertFault(
        faults.explain(new SQLiteException("i/o", SQLiteErrorCode.SQLITE_IOERR_WRITE)),
        ExitCode.FAILED,
        "ledger",
        "check the disk");
  }

  @Test
  void anEmptyFileBecomesALedger() throws IOException {
    Files.createDirectories(file.getParent());
    Files.createFile(file);
    openWithSweep().close();
  }
}
