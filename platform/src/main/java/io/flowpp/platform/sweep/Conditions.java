package io.flowpp.platform.sweep;

import io.flowpp.platform.config.ExperimentKey.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which parameters have a meaning beside what was chosen already. */
final class Conditions {
  private final SweepDraft draft;
  private final List<Swept> order;
  private final Map<List<Object>, String> known = new HashMap<>();

  Conditions(SweepDraft draft) {
    this.draft = draft;
    this.order = order(draft.parameters());
  }

  /** The parameters, each after those that its conditions ask for, else as they are written. */
  List<Swept> order() {
    return order;
  }

  private static List<Swept> order(List<Swept> parameters) {
    Map<String, Swept> byKey = new LinkedHashMap<>();
    parameters.forEach(parameter -> byKey.put(parameter.key(), parameter));
    Set<Swept> ordered = new LinkedHashSet<>();
    parameters.forEach(parameter -> place(parameter, byKey, ordered));
    return new ArrayList<>(ordered);
  }

  private static void place(Swept parameter, Map<String, Swept> byKey, Set<Swept> ordered) {
    for (Swept.Condition condition : parameter.when()) {
      Swept asked = byKey.get(condition.key());
      if (asked != null) {
        place(asked, byKey, ordered);
      }
    }
    ordered.add(parameter);
  }

  boolean hold(Swept parameter, Assignment before) {
    return parameter.when().stream()
        .allMatch(condition -> condition.values().contains(value(condition.key(), before)));
  }

  /** What a key has so far: chosen, or given by the ablation, the settings or the base. */
  private String value(String key, Assignment before) {
    if (key.equals(Arm.PARAMETER)) {
      return before.arm() == null ? "" : before.arm().name();
    }
    Value chosen = before.chosen().get(key);
    if (chosen != null) {
      return chosen.text();
    }
    List<Object> question = List.of(key, before.params(order));
    return known.computeIfAbsent(
        question, q -> draft.base().value(key, draft.set(), before.settings()).orElse(""));
  }
}
