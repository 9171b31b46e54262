package io.flowpp.platform.cli;

import com.google.inject.Guice;
import io.flowpp.core.weights.WeightExchange.Naming;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.execution.ExchangeWeights;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flowpp weights export}. */
@Command(
    name = "export",
    description = "Write the averaged weights of a trained run into a safetensors file.")
final class WeightsExportCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "RUN",
      description = "A run id or its beginning, a run's name (the latest), or an MLflow run id.")
  private String run = "";

  @Parameters(index = "1", paramLabel = "FILE.safetensors", description = "The file.")
  private Path file = Path.of("");

  @Option(
      names = "--names",
      paramLabel = "NAMES",
      converter = WeightNames.class,
      description = "Whose names the file has: flowpp (the default) or official, the authors'.")
  private Naming names = Naming.FLOWPP;

  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    ExchangeWeights exchange =
        Guice.createInjector(new PlatformModule(Places.workspace(), System.getenv()))
            .getInstance(ExchangeWeights.class);
    output.result(
        exchange.export(run, file, names),
        done ->
            String.format(
                "%s: %d tensors of %s%nsha256 %s",
                done.file(), done.tensors(), done.runId(), done.sha256()));
    return ExitCode.DONE.number();
  }
}
