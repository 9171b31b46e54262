package io.flowpp.platform.cli;

import com.google.inject.Guice;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.execution.EvaluateRun;
import io.flowpp.platform.execution.RunResult;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flowpp evaluate}: a finished run's model scored in another way. */
@Command(
    name = "evaluate",
    description = {
      "Score the model of a finished run with other importance samples or other test images, as a",
      "run beside it that shares its training."
    })
final class EvaluateCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "RUN", description = RunsText.REFERENCE)
  private String run = "";

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "Importance samples an image (default: the run's).")
  private @Nullable Integer samples;

  @Option(
      names = "--images",
      paramLabel = "M",
      description = "Test images, from the front (default: the run's).")
  private @Nullable Integer images;

  @Option(
      names = "--runner",
      paramLabel = "RUNNER",
      description = "direct, flink or spark, instead of the run's.")
  private @Nullable String runner;

  @Mixin private Output output = new Output();

  /** What {@code --json} prints. */
  record Answer(
      String runId,
      Map<String, Double> metrics,
      String perImage,
      String report,
      @Nullable String mlflowRunId,
      String tracking) {}

  @Override
  public Integer call() {
    EvaluateRun evaluations =
        Guice.createInjector(new PlatformModule(Places.workspace(), System.getenv()))
            .getInstance(EvaluateRun.class);
    EvaluateRun.Request request = new EvaluateRun.Request(run, samples, images, runner, command());
    RunResult result;
    try (ProgressDisplay progress = ProgressDisplay.on(output.err());
        Interrupts interrupts =
            Interrupts.install(evaluations::abandon, request.command(), progress::note)) {
      result = evaluations.evaluate(request, progress, interrupts);
    }
    Path report = Path.of(Objects.requireNonNull(result.report()));
    output.result(
        new Answer(
            result.runId(),
            result.metrics(),
            report.resolveSibling("per-image.csv").toString(),
            report.toString(),
            result.mlflowRunId(),
            result.tracking()),
        answer -> RunSummary.of(result));
    return ExitCode.DONE.number();
  }

  private String command() {
    return "./flowpp evaluate "
        + run
        + (samples == null ? "" : " --samples " + samples)
        + (images == null ? "" : " --images " + images)
        + (runner == null ? "" : " --runner " + runner);
  }
}
