package io.flowpp.platform.cli;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.sweep.SweepControl;
import io.flowpp.platform.sweep.SweepResult;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flowpp sweep stop}: pauses a sweep wherever it runs. */
@Command(
    name = "stop",
    description =
        "Pause a sweep wherever it runs: its trials leave a checkpoint within seconds. 'sweep resume' goes on.")
final class SweepStopCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "NAME", description = "A sweep's name.")
  private String name = "";

  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    SweepControl.Standing standing = SweepStatusCommand.control().stop(name);
    output.result(
        SweepResult.of(standing.sweep(), standing.trials(), null),
        result ->
            name
                + ": "
                + SweepText.counts(result)
                + "; what runs leaves a checkpoint and pauses\ngo on with: ./flowpp sweep resume "
                + name);
    return ExitCode.DONE.number();
  }
}
