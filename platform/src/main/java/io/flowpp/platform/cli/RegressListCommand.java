package io.flowpp.platform.cli;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.regression.RegressionList;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flowpp regress list}: which gates there are. */
@Command(name = "list", description = "List regression files and their baselines.")
final class RegressListCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "DIR",
      description = "Their folder (default: experiments/regression).")
  private Path folder = Path.of("experiments", "regression");

  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    output.result(RegressionList.of(folder), RegressText::list);
    return ExitCode.DONE.number();
  }
}
