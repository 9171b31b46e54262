package io.flowpp.platform.sweep;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.workspace.StorageFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Objects;
import org.sqlite.SQLiteErrorCode;

/** What goes wrong with a ledger in a file. */
final class SqliteFaults {
  private static final int PRIMARY = 0xff;

  private final Path file;
  private final Duration patience;

  SqliteFaults(Path file, Duration patience) {
    this.file = file;
    this.patience = patience;
  }

  /** The database itself has waited for the lock already, so that is not tried again. */
  boolean isPassing(SQLException fault) {
    return code(fault) == SQLiteErrorCode.SQLITE_PROTOCOL.code // a race for the log's locks
        || code(fault) == SQLiteErrorCode.SQLITE_SCHEMA.code;
  }

  /** Whether another process that makes the same ledger at this moment may be the reason. */
  boolean mayBeRace(SQLException fault) {
    int code = code(fault);
    return isPassing(fault)
        || code == SQLiteErrorCode.SQLITE_BUSY.code
        || code == SQLiteErrorCode.SQLITE_ERROR.code // table exists already
        || code == SQLiteErrorCode.SQLITE_CONSTRAINT.code;
  }

  UserFault explain(SQLException fault) {
    int code = code(fault);
    if (fault instanceof SQLTransientConnectionException
        || code == SQLiteErrorCode.SQLITE_BUSY.code
        || code == SQLiteErrorCode.SQLITE_LOCKED.code
        || code == SQLiteErrorCode.SQLITE_PROTOCOL.code) {
      return fault(
          ExitCode.UNREACHABLE,
          "ledger-locked",
          "the ledger of sweeps has been locked by another process for more than "
              + patience.toSeconds()
              + " s",
          "end what holds it (a database browser, a backup?; fuser "
              + file
              + " tells), and run the same command again",
          fault);
    }
    if (code == SQLiteErrorCode.SQLITE_FULL.code) {
      return StorageFault.of(new IOException("no space left on device", fault), file);
    }
    if (code == SQLiteErrorCode.SQLITE_READONLY.code || code == SQLiteErrorCode.SQLITE_PERM.code) {
      return unwritable(fault);
    }
    if (code == SQLiteErrorCode.SQLITE_CANTOPEN.code) {
      return Files.exists(file) ? unwritable(fault) : gone(file);
    }
    if (code == SQLiteErrorCode.SQLITE_NOTADB.code
        || code == SQLiteErrorCode.SQLITE_CORRUPT.code
        || isTableMissing(fault)) {
      return fault(
          ExitCode.FAILED,
          "ledger-damaged",
          "the ledger of sweeps is damaged, or not a ledger (" + reason(fault) + ")",
          "put a backup in its place, or move it and the files beside it away: finished stages stay in the"
              + " workspace, and a sweep that begins again uses them",
          fault);
    }
    return fault(
        ExitCode.FAILED,
        "ledger",
        "reading or writing the ledger of sweeps failed (" + reason(fault) + ")",
        "check the disk, and run the same command again",
        fault);
  }

  /**
   * @param lost which of the database's files
   */
  UserFault gone(Path lost) {
    return new UserFault(
        ExitCode.UNREACHABLE,
        "ledger-gone",
        "the ledger of sweeps was deleted or replaced while it was in use; what was written last may be lost",
        lost.toString(),
        "put it back if you can, and resume the sweep: finished stages stay in the workspace");
  }

  private UserFault unwritable(SQLException fault) {
    return fault(
        ExitCode.USAGE,
        "unwritable-ledger",
        "the ledger of sweeps cannot be opened for writing (" + reason(fault) + ")",
        "make it, its folder and the files beside it writable, or set FLOWPP_WORKSPACE to a directory that"
            + " you may write to",
        fault);
  }

  private UserFault fault(
      ExitCode exit, String code, String message, String suggestion, SQLException cause) {
    return new UserFault(exit, code, message, file.toString(), suggestion, cause);
  }

  private static boolean isTableMissing(SQLException fault) {
    return code(fault) == SQLiteErrorCode.SQLITE_ERROR.code
        && reason(fault).contains("no such table");
  }

  private static int code(SQLException fault) {
    return fault.getErrorCode() & PRIMARY;
  }

  private static String reason(SQLException fault) {
    return Objects.requireNonNullElse(fault.getMessage(), fault.getClass().getSimpleName())
        .lines()
        .findFirst()
        .orElse("");
  }
}
