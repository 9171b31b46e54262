package io.flowpp.platform.config;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong, so that all of it can be told at once. */
public final class Problems {
  // The same base file can be reached twice; what is wrong in it is told once.
  private final Set<ConfigProblem> found = new LinkedHashSet<>();

  public void add(Origin where, String key, String message, @Nullable String suggestion) {
    found.add(new ConfigProblem(where.file(), where.line(), key, message, suggestion));
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  public int size() {
    return found.size();
  }

  public void addAll(List<ConfigProblem> others) {
    found.addAll(others);
  }

  /** File by file as they were met, each from its first line on; what has no line comes last. */
  List<ConfigProblem> list() {
    List<String> files = found.stream().map(ConfigProblem::file).distinct().toList();
    return found.stream()
        .sorted(
            Comparator.comparingInt((ConfigProblem p) -> files.indexOf(p.file()))
                .thenComparingInt(p -> p.line() > 0 ? p.line() : Integer.MAX_VALUE))
        .toList();
  }

  /**
   * @throws ConfigException with all of them
   */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw new ConfigException(list());
    }
  }
}
