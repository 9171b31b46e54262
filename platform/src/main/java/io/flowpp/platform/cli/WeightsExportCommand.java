package io.flowpp.platform.cli;

import com.google.inject.Guice;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.execution.ExchangeWeights;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flowpp weights export}. */
@Command(
    name = "export",
    description = "Write the averaged weights of a trained run into a safetensors file.")
final class WeightsExportCommand implements Callable<Integer> {
  @Mixin private WeightsArguments arguments = new WeightsArguments();

  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    ExchangeWeights exchange =
        Guice.createInjector(new PlatformModule(Places.workspace(), System.getenv()))
            .getInstance(ExchangeWeights.class);
    output.result(
        exchange.export(arguments.run(), arguments.file(), arguments.names()),
        done ->
            String.format(
                "%s: %d tensors of %s%nsha256 %s",
                done.file(), done.tensors(), done.runId(), done.sha256()));
    return ExitCode.DONE.number();
  }
}
