package io.flowpp.platform.config;

import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with an experiment's configuration.
 *
 * @param file as the user named it, or {@link Origin#COMMAND_LINE}
 * @param line counted from 1; 0 where there is none (a missing file, the command line)
 * @param key dotted path of the key; empty where the file itself is the problem
 * @param message what is wrong and what was expected
 * @param suggestion what to do
 */
public record ConfigProblem(
    String file, int line, String key, String message, @Nullable String suggestion) {
  /** {@code FILE:LINE: KEY: MESSAGE; SUGGESTION}, without the parts that do not exist. */
  @Override
  public String toString() {
    return where()
        + ": "
        + (key.isEmpty() ? "" : key + ": ")
        + message
        + (suggestion == null ? "" : "; " + suggestion);
  }

  /** {@code FILE:LINE}, or what there is of it. */
  public String where() {
    return new Origin(file, line).toString();
  }
}
