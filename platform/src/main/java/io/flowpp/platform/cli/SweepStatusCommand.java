package io.flowpp.platform.cli;

import com.google.inject.Guice;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.sweep.SweepControl;
import io.flowpp.platform.sweep.SweepResult;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flowpp sweep status}: how a sweep goes, or which there are. */
@Command(name = "status", description = "Show how a sweep goes; without a name, which there are.")
final class SweepStatusCommand implements Callable<Integer> {
  @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "A sweep's name.")
  private @Nullable String name;

  @Mixin private Output output = new Output();

  /** What {@code --json} prints without a name. */
  record Sweeps(List<SweepResult> sweeps) {}

  @Override
  public Integer call() {
    SweepControl control = control();
    if (name == null) {
      output.result(new Sweeps(control.all()), SweepStatusCommand::list);
    } else {
      SweepControl.Standing standing = control.status(name);
      output.result(
          SweepResult.of(standing.sweep(), standing.trials(), null),
          result -> SweepText.working(standing.trials()) + SweepText.result(result));
    }
    return ExitCode.DONE.number();
  }

  static SweepControl control() {
    return Guice.createInjector(new PlatformModule(Places.workspace(), System.getenv()))
        .getInstance(SweepControl.class);
  }

  private static String list(Sweeps sweeps) {
    return sweeps.sweeps().isEmpty()
        ? "no sweeps; start one with: ./flowpp sweep run FILE"
        : sweeps.sweeps().stream()
            .map(sweep -> sweep.sweep() + "  " + SweepText.counts(sweep))
            .collect(Collectors.joining("\n"));
  }
}
