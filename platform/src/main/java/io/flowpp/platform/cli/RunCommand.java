package io.flowpp.platform.cli;

import com.google.inject.Guice;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.ExperimentLoader;
import io.flowpp.platform.config.LoadedExperiment;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.execution.RunExperiment;
import io.flowpp.platform.execution.RunRequest;
import io.flowpp.platform.execution.RunResult;
import io.flowpp.platform.stage.StageName;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flowpp run}: an experiment from its file to its report. */
@Command(
    name = "run",
    description = {
      "Run an experiment: prepare data, pretrain the dequantizer, train the flow, evaluate.",
      "What has been computed before is taken from the workspace; what was interrupted goes on."
    })
final class RunCommand implements Callable<Integer> {
  @Mixin private Experiment experiment = new Experiment();

  @Option(
      names = "--runner",
      paramLabel = "RUNNER",
      description = "direct, flink or spark, instead of execution.runner.")
  private @Nullable String runner;

  @Option(names = "--fresh", description = "Compute everything anew, with new MLflow runs.")
  private boolean fresh;

  @Option(
      names = "--fast-dev-run",
      description =
          "Try everything in a few steps: train, validate, checkpoint, evaluate a few images. Computes all anew and shares nothing with the real run.")
  private boolean fastDevRun;

  @Option(
      names = "--until",
      paramLabel = "STAGE",
      description = "Stop after prepare-data, pretrain-dequantizer, train-flow or evaluate.")
  private @Nullable String until;

  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    LoadedExperiment loaded = ExperimentLoader.load(experiment.file(), experiment.overrides());
    if (fastDevRun) {
      loaded =
          ExperimentLoader.load(
              experiment.file(), FastDevRun.overrides(loaded.config(), experiment.overrides()));
    }
    RunRequest request =
        new RunRequest(
            loaded,
            runner,
            fresh || fastDevRun ? RunRequest.Freshness.FRESH : RunRequest.Freshness.REUSE,
            until == null ? null : stage(until),
            CommandText.run(experiment, runner, until, fastDevRun),
            null);
    Path workspace = Places.workspace();
    RunExperiment experiments =
        Guice.createInjector(new PlatformModule(workspace, System.getenv()))
            .getInstance(RunExperiment.class);
    RunResult result;
    try (ProgressDisplay progress = ProgressDisplay.on(output.err());
        Interrupts interrupts =
            Interrupts.install(experiments::abandon, request.command(), progress::note)) {
      result = experiments.run(request, progress, interrupts);
    }
    output.result(result, RunSummary::of);
    return ExitCode.DONE.number();
  }

  private static StageName stage(String id) {
    return StageName.of(id)
        .orElseThrow(
            () ->
                new UserFault(
                    ExitCode.USAGE,
                    "unknown-stage",
                    "no stage '" + id + "'",
                    "--until",
                    "use one of "
                        + Arrays.stream(StageName.values())
                            .map(StageName::id)
                            .collect(Collectors.joining(", "))));
  }
}
