package io.flowpp.platform.cli;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flowpp sweep rm}: forgets a sweep. */
@Command(
    name = "rm",
    description =
        "Forget a sweep: its trials in the ledger and their logs. Runs, finished stages and what is tracked stay.")
final class SweepRmCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "NAME", description = "A sweep's name.")
  private String name = "";

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Mixin private Output output = new Output();

  /** What {@code --json} prints. */
  record Removed(String sweep) {}

  @Override
  public Integer call() {
    if (!yes) {
      throw new UserFault(
          ExitCode.USAGE,
          "not-confirmed",
          "would forget the sweep and the logs of its trials",
          name,
          "say so with --yes");
    }
    SweepStatusCommand.control().remove(name);
    output.result(new Removed(name), removed -> "forgot " + removed.sweep());
    return ExitCode.DONE.number();
  }
}
