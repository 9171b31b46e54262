package io.flowpp.platform.cli;

import io.flowpp.platform.sweep.SweepRequest;
import io.flowpp.platform.sweep.SweepSpec;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flowpp sweep run}: all trials of a sweep's file. */
@Command(
    name = "run",
    description = {
      "Run all trials of a sweep. One that was begun before goes on: what is done stays done.",
      "Interrupt it, or let it be killed, and start it again: each trial goes on from its last checkpoint."
    })
final class SweepRunCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "FILE", description = "Sweep file.")
  private Path file = Path.of("");

  @Mixin private SweepOptions options = new SweepOptions();

  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    SweepSpec spec = SweepStatusCommand.control().load(file);
    SweepRequest request = options.request(spec.name(), spec, file.toString());
    return options.detach()
        ? SweepBackground.start(request, output)
        : options.work(request, output);
  }
}
