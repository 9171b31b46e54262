package io.flowpp.platform.sweep;

import io.flowpp.platform.config.SecretSetting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Opens the ledger of sweeps: {@code sweeps/ledger.db} in the workspace, or the PostgreSQL that
 * {@code FLOWPP_LEDGER_URL} names, whose login is in {@code FLOWPP_LEDGER_USER} and {@code
 * FLOWPP_LEDGER_PASSWORD} or {@code FLOWPP_LEDGER_PASSWORD_FILE}. What is not there yet is made.
 *
 * <pre>{@code
 * String url = Ledgers.url(workspace, System.getenv()); // holds no secret: may be given to workers
 * try (Ledger ledger = Ledgers.open(url, System.getenv())) { ... }
 * }</pre>
 */
public final class Ledgers {
  /** How long to wait for another process that writes to the same file. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private Ledgers() {}

  /**
   * @param workspace where the ledger is unless the environment names another
   */
  public static Ledger open(Path workspace, Map<String, String> environment) {
    return open(url(workspace, environment), environment);
  }

  /**
   * @param url from {@link #url}, perhaps of another process
   * @param environment for the login
   */
  public static Ledger open(String url, Map<String, String> environment) {
    return open(url, environment, PATIENCE);
  }

  static Ledger open(String url, Map<String, String> environment, Duration patience) {
    LedgerAddress address = LedgerAddress.parse(url);
    LedgerDialect dialect;
    if (address instanceof LedgerAddress.Sqlite sqlite) {
      dialect = SqliteDialect.open(sqlite.file(), patience);
    } else if (address instanceof LedgerAddress.Postgres postgres) {
      dialect =
          PostgresDialect.open(
              postgres,
              environment.getOrDefault("FLOWPP_LEDGER_USER", ""),
              SecretSetting.read(environment, "FLOWPP_LEDGER_PASSWORD"),
              patience);
    } else {
      throw new IllegalStateException(url);
    }
    return new JdbcLedger(new LedgerDatabase(dialect));
  }

  /** Where the ledger is, without a secret. */
  public static String url(Path workspace, Map<String, String> environment) {
    String url = environment.getOrDefault(LedgerAddress.VARIABLE, "");
    LedgerAddress address =
        url.isBlank()
            ? new LedgerAddress.Sqlite(
                workspace.toAbsolutePath().normalize().resolve("sweeps").resolve("ledger.db"))
            : LedgerAddress.parse(url);
    return address.toString();
  }
}
