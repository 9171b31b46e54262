package io.flowpp.platform.sweep;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flowpp.platform.config.ExperimentKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What is different between a sweep and what its file says now. */
public final class SweepChanges {
  /** Trials that a line names before it counts the rest. */
  private static final int NAMED = 5;

  /** Told once for all trials. */
  private static final Set<String> TOLD_APART = Set.of("execution.threads", "tracking.experiment");

  private static final JsonMapper JSON = new JsonMapper();

  private final List<String> lines = new ArrayList<>();

  private SweepChanges() {}

  /** One line for each difference, for people; none where nothing changed. */
  public static List<String> between(SweepSpec old, SweepSpec now) {
    SweepChanges changes = new SweepChanges();
    changes.trials(old.trials(), now.trials());
    changes.value("metric", words(old.metric()), words(now.metric()));
    changes.limits(old.limits(), now.limits());
    changes.value("threads of a trial", old.threads(), now.threads());
    changes.value("MLflow experiment", old.experiment(), now.experiment());
    return List.copyOf(changes.lines);
  }

  private void trials(List<TrialSpec> old, List<TrialSpec> now) {
    Map<String, TrialSpec> before = byId(old);
    Map<String, TrialSpec> after = byId(now);
    list("new", now.stream().filter(trial -> !before.containsKey(trial.id())).toList());
    list("gone", old.stream().filter(trial -> !after.containsKey(trial.id())).toList());

    Map<String, List<TrialSpec>> changed = new LinkedHashMap<>();
    for (TrialSpec trial : now) {
      TrialSpec was = before.get(trial.id());
      if (was != null && !was.config().equals(trial.config())) {
        differences(was.config(), trial.config())
            .forEach(line -> changed.computeIfAbsent(line, l -> new ArrayList<>()).add(trial));
      }
    }
    changed.forEach(
        (line, trials) ->
            lines.add(
                trials.size() == now.size() && now.size() > 1
                    ? line + " in every trial"
                    : line + " in " + names(trials)));
  }

  private static Map<String, TrialSpec> byId(List<TrialSpec> trials) {
    Map<String, TrialSpec> byId = new LinkedHashMap<>();
    trials.forEach(trial -> byId.put(trial.id(), trial));
    return byId;
  }

  private void list(String what, List<TrialSpec> trials) {
    if (!trials.isEmpty()) {
      String count = trials.size() == 1 ? "1 trial" : trials.size() + " trials";
      lines.add(count + " " + what + ": " + names(trials));
    }
  }

  private static String names(List<TrialSpec> trials) {
    List<String> names = trials.stream().limit(NAMED).map(TrialSpec::name).toList();
    int rest = trials.size() - names.size();
    return String.join(", ", names) + (rest == 0 ? "" : " and " + rest + " more");
  }

  private static List<String> differences(String old, String now) {
    Map<String, String> before = leaves(old);
    Map<String, String> after = leaves(now);
    Set<String> keys = new TreeSet<>(before.keySet());
    keys.addAll(after.keySet());
    keys.removeAll(TOLD_APART);
    return keys.stream()
        .filter(key -> !Objects.equals(before.get(key), after.get(key)))
        .map(key -> change(key, before.get(key), after.get(key)))
        .toList();
  }

  private static Map<String, String> leaves(String config) {
    try {
      Map<String, String> leaves = new TreeMap<>();
      collect("", JSON.readTree(config), leaves);
      return leaves;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a trial's configuration is no JSON: " + config, e);
    }
  }

  private static void collect(String key, JsonNode node, Map<String, String> to) {
    if (!node.isObject()) {
      to.put(key, ExperimentKey.text(node));
      return;
    }
    String above = key.isEmpty() ? "" : key + ".";
    node.properties().forEach(field -> collect(above + field.getKey(), field.getValue(), to));
  }

  private void limits(Limits old, Limits now) {
    value("limits.max-trials", old.maxTrials(), now.maxTrials());
    value("limits.max-concurrent", old.maxConcurrent(), now.maxConcurrent());
    value("limits.max-failures", old.maxFailures(), now.maxFailures());
    value("limits.max-hours", old.maxHours(), now.maxHours());
    value("limits.max-attempts", old.maxAttempts(), now.maxAttempts());
    value("limits.hang-after", seconds(old), seconds(now));
  }

  private static String seconds(Limits limits) {
    return limits.hangAfter().toSeconds() + " s";
  }

  private static String words(Metric metric) {
    return metric.name() + ", " + metric.direction().name().toLowerCase(Locale.ROOT);
  }

  private void value(String what, @Nullable Object old, @Nullable Object now) {
    if (!Objects.equals(old, now)) {
      lines.add(change(what, old, now));
    }
  }

  private static String change(String what, @Nullable Object old, @Nullable Object now) {
    return what + ": " + (old == null ? "none" : old) + " -> " + (now == null ? "none" : now);
  }
}
