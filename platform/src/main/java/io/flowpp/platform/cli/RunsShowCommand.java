package io.flowpp.platform.cli;

import com.google.inject.Guice;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.execution.RunCatalogue;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flowpp runs show}. */
@Command(
    name = "show",
    description = {
      "Show a run: its stages, metrics and artifacts as its journal has them. Needs no server."
    })
final class RunsShowCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "RUN", description = RunsText.REFERENCE)
  private String run = "";

  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    RunCatalogue runs =
        Guice.createInjector(new PlatformModule(Places.workspace(), System.getenv()))
            .getInstance(RunCatalogue.class);
    output.result(runs.show(run), RunsText::whole);
    return ExitCode.DONE.number();
  }
}
