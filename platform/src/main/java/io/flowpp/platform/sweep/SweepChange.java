package io.flowpp.platform.sweep;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/** Writes what a sweep is: its own row, and its trials in their turns. */
record SweepChange(Handle handle, SweepSpec spec) {
  void insert(String instance, String file, String home) {
    bound(
            "INSERT INTO sweep (name, instance, ordinal, file, home, text, experiment, ranges, metric,"
                + " direction, max_trials, max_concurrent, max_failures, max_hours, max_attempts,"
                + " hang_after, threads, stopping) VALUES (:name, :instance, :ordinal, :file, :home,"
                + " :text, :experiment, :ranges, :metric, :direction, :maxTrials, :maxConcurrent,"
                + " :maxFailures, :maxHours, :maxAttempts, :hangAfter, :threads, 0)")
        .bind("instance", instance)
        .bind("ordinal", Claiming.nextNumber(handle))
        .bind("file", file)
        .bind("home", home)
        .execute();
    for (int position = 0; position < spec.trials().size(); position++) {
      insert(spec.trials().get(position), position);
    }
  }

  /** Trials that stay keep what they have; see {@link Ledger#change}. */
  void update(long now) {
    bound(
            "UPDATE sweep SET text = :text, experiment = :experiment, ranges = :ranges,"
                + " metric = :metric, direction = :direction, max_trials = :maxTrials,"
                + " max_concurrent = :maxConcurrent, max_failures = :maxFailures,"
                + " max_hours = :maxHours, max_attempts = :maxAttempts, hang_after = :hangAfter,"
                + " threads = :threads WHERE name = :name")
        .execute();
    Map<String, @Nullable String> configs = configs();
    for (int position = 0; position < spec.trials().size(); position++) {
      TrialSpec trial = spec.trials().get(position);
      String before = configs.remove(trial.id());
      if (before == null) {
        insert(trial, position);
      } else {
        if (!before.equals(trial.config())) {
          beginAnew(trial);
        }
        keep(trial, position);
      }
    }
    drop(List.copyOf(configs.keySet()), now);
  }

  private Map<String, @Nullable String> configs() {
    Map<String, @Nullable String> configs = new LinkedHashMap<>();
    handle
        .createQuery("SELECT id, config FROM trial WHERE sweep = :sweep ORDER BY position, id")
        .bind("sweep", spec.name())
        .map((row, context) -> configs.put(row.getString("id"), row.getString("config")))
        .list();
    return configs;
  }

  private void beginAnew(TrialSpec trial) {
    // Its attempts go: whoever works on it finds that the lease is lost.
    of(trial.id(), "DELETE FROM attempt WHERE sweep = :sweep AND trial = :id").execute();
    of(
            trial.id(),
            "UPDATE trial SET status = 'pending', lease_until = NULL, failures = 0, losses = 0,"
                + " progress = NULL, result = NULL, token = 0 WHERE sweep = :sweep AND id = :id")
        .execute();
  }

  private void keep(TrialSpec trial, int position) {
    described(
            trial,
            position,
            "UPDATE trial SET position = :position, name = :name, params = :params, seed = :seed,"
                + " config = :config, status = CASE WHEN dropped = 1 AND status = 'cancelled'"
                + " THEN 'pending' ELSE status END, dropped = 0 WHERE sweep = :sweep AND id = :id")
        .execute();
  }

  private void drop(List<String> ids, long now) {
    for (int i = 0; i < ids.size(); i++) {
      String id = ids.get(i);
      of(
              id,
              "UPDATE attempt SET outcome = 'lost', ended = :now"
                  + " WHERE sweep = :sweep AND trial = :id AND outcome = 'running'")
          .bind("now", now)
          .execute();
      of(
              id,
              "UPDATE trial SET status = CASE WHEN status IN ('pending', 'running') THEN 'cancelled'"
                  + " ELSE status END, lease_until = NULL, dropped = 1, position = :position"
                  + " WHERE sweep = :sweep AND id = :id")
          .bind("position", spec.trials().size() + i)
          .execute();
    }
  }

  private void insert(TrialSpec trial, int position) {
    described(
            trial,
            position,
            "INSERT INTO trial (sweep, id, position, dropped, name, params, seed, config, status, token,"
                + " failures) VALUES (:sweep, :id, :position, 0, :name, :params, :seed, :config,"
                + " 'pending', 0, 0)")
        .execute();
  }

  private Update described(TrialSpec trial, int position, String sql) {
    return of(trial.id(), sql)
        .bind("position", position)
        .bind("name", trial.name())
        .bind("params", LedgerJson.write(trial.params()))
        .bind("seed", trial.seed())
        .bind("config", trial.config());
  }

  private Update of(String id, String sql) {
    return handle.createUpdate(sql).bind("sweep", spec.name()).bind("id", id);
  }

  private Update bound(String sql) {
    Limits limits = spec.limits();
    return handle
        .createUpdate(sql)
        .bind("name", spec.name())
        .bind("text", spec.text())
        .bind("experiment", spec.experiment())
        .bind("ranges", LedgerJson.write(spec.ranges()))
        .bind("metric", spec.metric().name())
        .bind("direction", spec.metric().direction().name())
        .bind("maxTrials", limits.maxTrials())
        .bind("maxConcurrent", limits.maxConcurrent())
        .bind("maxFailures", limits.maxFailures())
        .bind("maxHours", limits.maxHours())
        .bind("maxAttempts", limits.maxAttempts())
        .bind("hangAfter", Objects.toString(limits.hangAfter()))
        .bind("threads", spec.threads());
  }
}
