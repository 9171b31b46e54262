package io.flowpp.platform.cli;

import io.flowpp.platform.execution.RunResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The end of a run as people read it. */
final class RunSummary {
  private RunSummary() {}

  static String of(RunResult result) {
    StringBuilder text = new StringBuilder();
    if (result.summary() != null && result.report() != null) {
      text.append('\n').append(read(Path.of(result.summary()))).append('\n');
    } else {
      text.append(result.name()).append(": ").append(result.status());
      text.append(", run ").append(result.runId()).append('\n');
      result
          .metrics()
          .forEach(
              (name, value) ->
                  text.append(String.format(Locale.ROOT, "  %-28s %.4f%n", name, value)));
    }
    if (result.trackingRanking() != null) {
      text.append("best    ").append(result.trackingRanking()).append('\n');
      text.append("all     ").append(result.trackingTable()).append('\n');
    }
    if (!result.tracking().equals("synced")) {
      text.append("tracking is ").append(result.tracking());
      text.append(": everything is journalled, the next run sends it\n");
    }
    text.append(RunsText.notSent(result.trackingNotSent()));
    return text.toString();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
