package io.flowpp.platform.cli;

import com.google.inject.Guice;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.execution.ExchangeWeights;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flowpp weights import}. */
@Command(
    name = "import",
    description = "Take weights of a file as a run of their own, in the model of another run.")
final class WeightsImportCommand implements Callable<Integer> {
  @Mixin private WeightsArguments arguments = new WeightsArguments();

  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    ExchangeWeights exchange =
        Guice.createInjector(new PlatformModule(Places.workspace(), System.getenv()))
            .getInstance(ExchangeWeights.class);
    output.result(
        exchange.importInto(arguments.run(), arguments.file(), arguments.names(), output::note),
        done ->
            String.format(
                "%s: run %s, %d tensors, weights %s",
                done.file(), done.runId(), done.tensors(), done.weightsSha256()));
    return ExitCode.DONE.number();
  }
}
