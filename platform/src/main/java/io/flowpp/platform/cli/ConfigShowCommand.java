package io.flowpp.platform.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowpp.platform.config.ConfigText;
import io.flowpp.platform.config.ExperimentLoader;
import io.flowpp.platform.config.LoadedExperiment;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "show",
    description = "Print the configuration that a file and its overrides come to.",
    footer = "Example: flowpp config show experiments/quickstart.yaml training.steps=10 --origin")
final class ConfigShowCommand implements Callable<Integer> {
  @Mixin private Experiment experiment = new Experiment();

  @Option(names = "--origin", description = "Say behind each value where it was written.")
  private boolean origin;

  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    LoadedExperiment loaded = ExperimentLoader.load(experiment.file(), experiment.overrides());
    Map<String, Object> result = new TreeMap<>();
    JsonNode tree = loaded.tree();
    result.put("config", tree);
    if (origin) {
      Map<String, String> origins = new TreeMap<>();
      loaded.origins().forEach((key, where) -> origins.put(key, where.toString()));
      result.put("origin", origins);
    }
    output.result(result, r -> origin ? ConfigText.withOrigins(loaded) : ConfigText.of(loaded));
    return 0;
  }
}
