package io.flowpp.platform.sweep;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.util.Arrays;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.jspecify.annotations.Nullable;

/** Brings a ledger's tables to the state that this version knows. */
final class LedgerMigrations {
  private static final String LOCATION = "classpath:io/flowpp/platform/sweep/ledger";

  private LedgerMigrations() {}

  /**
   * @param where for faults
   * @param schema to keep the tables in; null for the database's own
   * @throws UserFault where the tables are not those of a ledger, or of a later version
   */
  static void migrate(DataSource source, String where, @Nullable String schema) {
    FluentConfiguration configuration =
        Flyway.configure(LedgerMigrations.class.getClassLoader())
            .dataSource(source)
            .locations(LOCATION)
            .ignoreMigrationPatterns(new String[0]);
    if (schema != null) {
      configuration.schemas(schema);
    }
    Flyway flyway = configuration.load();
    if (Arrays.stream(flyway.info().all()).anyMatch(LedgerMigrations::isUnknown)) {
      throw new UserFault(
          ExitCode.USAGE,
          "ledger-of-later-version",
          "the ledger of sweeps was written by a later version of Flow++ Lab",
          where,
          "use that version, or another workspace");
    }
    try {
      flyway.migrate();
    } catch (FlywayValidateException e) {
      throw notALedger(where, "its tables are of another version of Flow++ Lab", e);
    } catch (FlywayException e) {
      if (e.getErrorCode() == CoreErrorCode.NON_EMPTY_SCHEMA_WITHOUT_SCHEMA_HISTORY_TABLE) {
        throw notALedger(where, "it holds tables of something else", e);
      }
      throw e;
    }
  }

  private static boolean isUnknown(MigrationInfo migration) {
    return migration.getState().isApplied() && !migration.getState().isResolved();
  }

  private static UserFault notALedger(String where, String what, Throwable cause) {
    return new UserFault(
        ExitCode.USAGE,
        "not-a-ledger",
        "this is not a ledger of sweeps: " + what,
        where,
        "move it away, or name another place with " + LedgerAddress.VARIABLE,
        cause);
  }
}
