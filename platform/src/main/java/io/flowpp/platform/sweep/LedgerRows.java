package io.flowpp.platform.sweep;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.sweep.Metric.Direction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows as records. */
final class LedgerRows {
  private LedgerRows() {}

  static UserFault noSuchSweep(Handle handle, String name) {
    List<String> names =
        handle.createQuery("SELECT name FROM sweep ORDER BY ordinal").mapTo(String.class).list();
    return new UserFault(
        ExitCode.USAGE,
        "no-such-sweep",
        "there is no sweep of this name",
        name,
        names.isEmpty()
            ? "the ledger holds none; begin one with: flowpp sweep run FILE"
            : "there are: " + String.join(", ", names));
  }

  static Optional<SweepState> sweep(Handle handle, String name) {
    return handle
        .createQuery("SELECT * FROM sweep WHERE name = :name")
        .bind("name", name)
        .map((row, context) -> sweep(row, specs(handle, name)))
        .findOne();
  }

  /** What the sweep's file names, in the order of their turns. */
  private static List<TrialSpec> specs(Handle handle, String sweep) {
    return handle
        .createQuery("SELECT * FROM trial WHERE sweep = :sweep AND dropped = 0 ORDER BY position")
        .bind("sweep", sweep)
        .map((row, context) -> spec(row))
        .list();
  }

  private static SweepState sweep(ResultSet row, List<TrialSpec> trials) throws SQLException {
    return new SweepState(
        new SweepSpec(
            row.getString("name"),
            row.getString("text"),
            row.getString("experiment"),
            LedgerJson.words(row.getString("ranges")),
            new Metric(row.getString("metric"), Direction.valueOf(row.getString("direction"))),
            limits(row),
            row.getInt("threads"),
            trials),
        row.getString("instance"),
        row.getString("file"),
        row.getString("home"),
        row.getInt("stopping") != 0,
        instant(row, "began"),
        row.getString("mlflow_run_id"));
  }

  static Limits limits(ResultSet row) throws SQLException {
    double hours = row.getDouble("max_hours");
    Double maxHours = row.wasNull() ? null : (Double) hours;
    return new Limits(
        integer(row, "max_trials"),
        row.getInt("max_concurrent"),
        integer(row, "max_failures"),
        maxHours,
        row.getInt("max_attempts"),
        Duration.parse(row.getString("hang_after")));
  }

  static TrialSpec spec(ResultSet row) throws SQLException {
    return new TrialSpec(
        row.getString("id"),
        LedgerJson.words(row.getString("params")),
        row.getLong("seed"),
        row.getString("name"),
        row.getString("config"));
  }

  static List<TrialState> trials(Handle handle, String sweep) {
    Map<String, List<AttemptState>> attempts = new HashMap<>();
    handle
        .createQuery("SELECT * FROM attempt WHERE sweep = :sweep ORDER BY number")
        .bind("sweep", sweep)
        .map(
            (row, context) ->
                attempts
                    .computeIfAbsent(row.getString("trial"), trial -> new ArrayList<>())
                    .add(attempt(row)))
        .list();
    return handle
        .createQuery("SELECT * FROM trial WHERE sweep = :sweep ORDER BY position, id")
        .bind("sweep", sweep)
        .map((row, context) -> trial(row, attempts.getOrDefault(row.getString("id"), List.of())))
        .list();
  }

  static TrialState trial(Handle handle, String sweep, String id) {
    List<AttemptState> attempts =
        handle
            .createQuery(
                "SELECT * FROM attempt WHERE sweep = :sweep AND trial = :id ORDER BY number")
            .bind("sweep", sweep)
            .bind("id", id)
            .map((row, context) -> attempt(row))
            .list();
    return handle
        .createQuery("SELECT * FROM trial WHERE sweep = :sweep AND id = :id")
        .bind("sweep", sweep)
        .bind("id", id)
        .map((row, context) -> trial(row, attempts))
        .one();
  }

  private static TrialState trial(ResultSet row, List<AttemptState> attempts) throws SQLException {
    return new TrialState(
        spec(row),
        row.getInt("position"),
        TrialStatus.valueOf(row.getString("status").toUpperCase(Locale.ROOT)),
        row.getString("progress"),
        row.getString("result"),
        instant(row, "lease_until"),
        attempts);
  }

  private static AttemptState attempt(ResultSet row) throws SQLException {
    String cause = row.getString("cause");
    return new AttemptState(
        row.getInt("number"),
        row.getLong("token"),
        row.getString("worker"),
        row.getString("host"),
        number(row, "pid"),
        number(row, "process_start"),
        Objects.requireNonNull(instant(row, "began")),
        instant(row, "ended"),
        row.getString("outcome"),
        cause == null ? null : LedgerJson.cause(cause));
  }

  private static @Nullable Long number(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? null : (Long) value;
  }

  private static @Nullable Integer integer(ResultSet row, String column) throws SQLException {
    int value = row.getInt(column);
    return row.wasNull() ? null : (Integer) value;
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    Long millis = number(row, column);
    return millis == null ? null : Instant.ofEpochMilli(millis);
  }
}
