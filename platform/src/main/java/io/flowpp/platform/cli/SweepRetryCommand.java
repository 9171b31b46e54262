package io.flowpp.platform.cli;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.sweep.SweepControl;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flowpp sweep retry}: failed trials get new attempts. */
@Command(
    name = "retry",
    description =
        "Give failed trials all their attempts again, from their last checkpoint; 'sweep resume' then runs them.")
final class SweepRetryCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "NAME", description = "A sweep's name.")
  private String name = "";

  @Option(names = "--failed", description = "All trials that failed.")
  private boolean failed;

  @Mixin private Output output = new Output();

  /** What {@code --json} prints. */
  record Retried(String sweep, int trials) {}

  @Override
  public Integer call() {
    if (!failed) {
      throw new UserFault(
          ExitCode.USAGE,
          "usage",
          "which trials is missing",
          null,
          "say --failed: all that failed");
    }
    SweepControl control = SweepStatusCommand.control();
    output.result(
        new Retried(name, control.retryFailed(name)),
        done ->
            done.trials()
                + " trials are pending again; run them with: ./flowpp sweep resume "
                + name);
    return ExitCode.DONE.number();
  }
}
