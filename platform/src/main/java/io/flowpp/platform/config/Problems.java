package io.flowpp.platform.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong, so that all of it can be told at once. */
final class Problems {
  // The same base file can be reached twice; what is wrong in it is told once.
  private final Set<ConfigProblem> found = new LinkedHashSet<>();

  void add(Origin where, String key, String message, @Nullable String suggestion) {
    found.add(new ConfigProblem(where.file(), where.line(), key, message, suggestion));
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  int size() {
    return found.size();
  }

  List<ConfigProblem> list() {
    return new ArrayList<>(found);
  }

  void throwIfAny() {
    if (!found.isEmpty()) {
      throw new ConfigException(list());
    }
  }
}
