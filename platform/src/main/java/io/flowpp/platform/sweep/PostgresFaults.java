package io.flowpp.platform.sweep;

import com.google.common.base.Throwables;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.flywaydb.core.api.FlywayException;

/** What goes wrong with a ledger in a PostgreSQL, told by the SQLSTATE of its documentation. */
final class PostgresFaults {
  // A row that another transaction made meanwhile (23505) is seen by the next try.
  private static final Set<String> ROLLED_BACK = Set.of("40001", "40P01", "23505");
  private static final Set<String> SHUTTING_DOWN = Set.of("57P01", "57P02", "57P03");

  /** This process slept within a transaction for too long; the server undid it. */
  private static final String SLEPT = "25P03";

  private static final Set<String> FULL = Set.of("53100", "53200");

  /** What the driver says where the server wants a password and there is none. */
  private static final String REJECTED = "08004";

  private final LedgerAddress.Postgres address;
  private final String user;

  PostgresFaults(LedgerAddress.Postgres address, String user) {
    this.address = address;
    this.user = user;
  }

  boolean isPassing(SQLException fault) {
    if (fault instanceof SQLTransientConnectionException) {
      return false; // the pool has tried for long enough
    }
    String state = state(fault);
    return ROLLED_BACK.contains(state) || state.equals(SLEPT) || isLost(state);
  }

  private static boolean isLost(String state) {
    return (state.startsWith("08") && !state.equals(REJECTED)) || SHUTTING_DOWN.contains(state);
  }

  UserFault explain(FlywayException fault) {
    for (Throwable cause : Throwables.getCausalChain(fault)) {
      if (cause instanceof SQLException sql) {
        return explain(sql);
      }
    }
    throw fault;
  }

  UserFault explain(SQLException fault) {
    SQLException root = root(fault);
    String state = state(root);
    if (state.startsWith("28") || state.equals(REJECTED)) {
      return fault(
          ExitCode.UNREACHABLE,
          "ledger-login",
          "the database of the ledger refuses the login"
              + (user.isEmpty() ? "" : " of '" + user + "'")
              + " ("
              + reason(root)
              + ")",
          "set FLOWPP_LEDGER_USER, and FLOWPP_LEDGER_PASSWORD or FLOWPP_LEDGER_PASSWORD_FILE",
          root);
    }
    if (state.equals("3D000")) {
      return fault(
          ExitCode.UNREACHABLE,
          "ledger-database",
          "the server has no such database",
          "make it: createdb, or correct " + LedgerAddress.VARIABLE,
          root);
    }
    if (isLost(state) || state.isEmpty() || (state.startsWith("53") && !FULL.contains(state))) {
      return fault(
          ExitCode.UNREACHABLE,
          "ledger-unreachable",
          "the database of the ledger cannot be reached (" + reason(root) + ")",
          "see that it runs, and that "
              + LedgerAddress.VARIABLE
              + " names its host and port; the sweep goes on where it stopped",
          root);
    }
    if (state.equals("42P01") || state.equals("3F000")) {
      return fault(
          ExitCode.FAILED,
          "ledger-damaged",
          "the ledger of sweeps lacks a table (" + reason(root) + ")",
          "restore the schema flowpp_sweeps from a backup, or drop it to begin an empty ledger: finished"
              + " stages stay in the workspace",
          root);
    }
    if (FULL.contains(state)) {
      return fault(
          ExitCode.FAILED,
          "disk-full",
          "the server of the ledger has no space left ("
              + reason(root)
              + "); nothing half-written was kept",
          "free some there, and resume the sweep",
          root);
    }
    if (state.equals("42501") || state.equals("25006")) {
      return fault(
          ExitCode.UNREACHABLE,
          "unwritable-ledger",
          "the database does not let this user keep a ledger (" + reason(root) + ")",
          "let a user do it who may create the schema flowpp_sweeps: GRANT CREATE ON DATABASE ... TO ...",
          root);
    }
    return fault(
        ExitCode.FAILED,
        "ledger",
        "reading or writing the ledger of sweeps failed (" + reason(root) + ")",
        "look into the server's log, and resume the sweep",
        root);
  }

  private UserFault fault(
      ExitCode exit, String code, String message, String suggestion, SQLException cause) {
    return new UserFault(exit, code, message, address.toString(), suggestion, cause);
  }

  /** The pool wraps what kept it from connecting. */
  private static SQLException root(SQLException fault) {
    List<Throwable> chain = Throwables.getCausalChain(fault);
    for (int i = chain.size() - 1; i >= 0; i--) {
      if (chain.get(i) instanceof SQLException sql && sql.getSQLState() != null) {
        return sql;
      }
    }
    return fault;
  }

  private static String state(SQLException fault) {
    return Objects.requireNonNullElse(root(fault).getSQLState(), "");
  }

  private static String reason(SQLException fault) {
    return Objects.requireNonNullElse(fault.getMessage(), fault.getClass().getSimpleName())
        .lines()
        .findFirst()
        .orElse("");
  }
}
