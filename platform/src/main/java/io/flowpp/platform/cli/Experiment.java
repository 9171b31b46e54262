package io.flowpp.platform.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Parameters;

/** The parameters {@code FILE [a.b=v ...]} of every command that takes one experiment. */
final class Experiment {
  @Parameters(index = "0", paramLabel = "FILE", description = "Experiment file.")
  private Path file = Path.of("");

  @Parameters(
      index = "1..*",
      paramLabel = "KEY=VALUE",
      description = "Settings that win over the file: training.steps=100")
  private List<String> overrides = new ArrayList<>();

  Path file() {
    return file;
  }

  List<String> overrides() {
    return List.copyOf(overrides);
  }
}
