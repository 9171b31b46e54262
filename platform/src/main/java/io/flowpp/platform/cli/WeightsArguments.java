package io.flowpp.platform.cli;

import io.flowpp.core.weights.WeightExchange.Naming;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What both {@code flowpp weights} commands are given. */
final class WeightsArguments {
  @Parameters(index = "0", paramLabel = "RUN", description = RunsText.REFERENCE)
  private String run = "";

  @Parameters(index = "1", paramLabel = "FILE.safetensors", description = "The file.")
  private Path file = Path.of("");

  @Option(
      names = "--names",
      paramLabel = "NAMES",
      converter = WeightNames.class,
      description = "Whose names the file has: flowpp (the default) or official, the authors'.")
  private Naming names = Naming.FLOWPP;

  String run() {
    return run;
  }

  Path file() {
    return file;
  }

  Naming names() {
    return names;
  }
}
