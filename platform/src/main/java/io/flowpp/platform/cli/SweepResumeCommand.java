package io.flowpp.platform.cli;

import io.flowpp.platform.sweep.SweepRequest;
import io.flowpp.platform.sweep.SweepSpec;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flowpp sweep resume}: goes on with a sweep, by its file or its name. */
@Command(
    name = "resume",
    description = {
      "Go on with a sweep that was stopped, killed or ran out of limits.",
      "By its name, the trials are those of the ledger; by its file, the file must still say the same."
    })
final class SweepResumeCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "FILE|NAME", description = "Sweep file, or a sweep's name.")
  private String sweep = "";

  @Mixin private SweepOptions options = new SweepOptions();

  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    SweepRequest request = request();
    return options.detach()
        ? SweepBackground.start(request, output)
        : options.work(request, output);
  }

  private SweepRequest request() {
    if (!sweep.endsWith(".yaml") && !sweep.endsWith(".yml")) {
      return options.request(sweep, null, sweep);
    }
    SweepSpec spec = SweepStatusCommand.control().load(Path.of(sweep));
    return options.request(spec.name(), spec, sweep);
  }
}
