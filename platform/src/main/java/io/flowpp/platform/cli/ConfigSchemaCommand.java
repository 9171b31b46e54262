package io.flowpp.platform.cli;

import io.flowpp.platform.config.ConfigSchema;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "schema",
    description = "Print the JSON Schema of experiment files, for editors.",
    footer = "Example: flowpp config schema > experiment.schema.json")
final class ConfigSchemaCommand implements Callable<Integer> {
  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    output.result(ConfigSchema.generate(), Output::toJson);
    return 0;
  }
}
