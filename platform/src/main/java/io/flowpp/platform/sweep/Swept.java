package io.flowpp.platform.sweep;

import io.flowpp.platform.config.Origin;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A parameter of the sweep.
 *
 * @param key of experiment files, dotted
 * @param when all must hold, else the trial is without it
 */
record Swept(String key, Origin origin, Domain domain, List<Condition> when) {
  /** Holds where {@code key}, a key or {@code ablation}, has one of these values. */
  record Condition(String key, Origin origin, Set<String> values) {
    String words() {
      return key + " is " + values.stream().sorted().collect(Collectors.joining(" or "));
    }
  }

  Swept {
    when = List.copyOf(when);
  }

  String words() {
    return domain.words()
        + (when.isEmpty()
            ? ""
            : " where " + when.stream().map(Condition::words).collect(Collectors.joining(" and ")));
  }
}
