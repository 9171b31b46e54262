package io.flowpp.platform.cli;

import com.google.inject.Guice;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.execution.ExportRun;
import io.flowpp.platform.execution.RunCatalogue;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flowpp runs export}. */
@Command(
    name = "export",
    description = {
      "Copy a run into a folder that needs no server: run.json, experiment.json, stages/*.json,",
      "metrics.csv with every value of every curve, and artifacts/."
    })
final class RunsExportCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "RUN", description = RunsText.REFERENCE)
  private String run = "";

  @Option(names = "--to", paramLabel = "DIR", description = "The folder (default: the run's id).")
  private @Nullable Path to;

  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    var injector = Guice.createInjector(new PlatformModule(Places.workspace(), System.getenv()));
    Path directory =
        to == null ? Path.of(injector.getInstance(RunCatalogue.class).show(run).run().runId()) : to;
    ExportRun.Exported exported =
        injector
            .getInstance(ExportRun.class)
            .export(run, directory.toAbsolutePath().normalize(), output::note);
    output.result(exported, RunsExportCommand::text);
    return (exported.missing().isEmpty() ? ExitCode.DONE : ExitCode.FAILED).number();
  }

  private static String text(ExportRun.Exported exported) {
    String missing =
        exported.missing().isEmpty() ? "" : ", " + exported.missing().size() + " are missing";
    return exported.directory()
        + ": "
        + exported.points()
        + " values, "
        + exported.artifacts()
        + " artifacts"
        + missing;
  }
}
