package io.flowpp.platform.cli;

import com.google.inject.Guice;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.regression.AcceptBaseline;
import io.flowpp.platform.regression.Asked;
import io.flowpp.platform.regression.RegressionFiles;
import io.flowpp.platform.regression.RegressionSpec;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flowpp regress accept}: what comes out now is what is wanted. */
@Command(
    name = "accept",
    description = {
      "Run the experiments of a regression file and make what they come to its baseline.",
      "Commit the file with the change that it belongs to; the reason stands in it."
    })
final class RegressAcceptCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description = "Regression file (docs/REGRESSION.md).")
  private Path file = Path.of("");

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      required = true,
      description = "Why the new values are right.")
  private String reason = "";

  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    if (reason.isBlank()) {
      throw new UserFault(
          ExitCode.USAGE, "usage", "is empty", "--reason", "say why the new values are right");
    }
    RegressionSpec spec = RegressionFiles.load(file);
    AcceptBaseline accept =
        Guice.createInjector(new PlatformModule(Places.workspace(), System.getenv()))
            .getInstance(AcceptBaseline.class);
    String command =
        CommandText.of("./flowpp", "regress", "accept", file.toString(), "--reason", reason);
    AcceptBaseline.Accepted accepted;
    try (ProgressDisplay progress = ProgressDisplay.on(output.err());
        Interrupts interrupts = Interrupts.install(accept::abandon, command, progress::note)) {
      accepted = accept.accept(spec, reason.strip(), new Asked(command, progress, interrupts));
    }
    accepted.notes().forEach(output::note);
    output.result(accepted, RegressText::accepted);
    return ExitCode.DONE.number();
  }
}
