package io.flowpp.platform.sweep;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why an attempt at a trial failed.
 *
 * @param kind for tables and scripts: {@code out-of-memory}, {@code diverged}, {@code hang}, {@code
 *     exit}, {@code signal}, or the code of a stage's fault such as {@code stage-failed}
 * @param message one line
 * @param lastLines the end of what the trial wrote
 * @param log the file with all of it
 */
public record Cause(String kind, String message, List<String> lastLines, @Nullable String log) {
  public Cause {
    lastLines = List.copyOf(lastLines);
  }
}
