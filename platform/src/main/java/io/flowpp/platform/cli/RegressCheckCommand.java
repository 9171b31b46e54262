package io.flowpp.platform.cli;

import com.google.inject.Guice;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.regression.Asked;
import io.flowpp.platform.regression.CheckRegression;
import io.flowpp.platform.regression.CheckResult;
import io.flowpp.platform.regression.RegressionFiles;
import io.flowpp.platform.regression.RegressionResult;
import io.flowpp.platform.regression.RegressionSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flowpp regress check}: the gate. */
@Command(
    name = "check",
    description = {
      "Run the experiments of a regression file and hold them against its baseline.",
      "Exit code 0: nothing is worse; 3: a run failed and nothing is worse; 4: something is; 7: somebody has to look, or there is no baseline."
    })
final class RegressCheckCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description = "Regression file (docs/REGRESSION.md).")
  private Path file = Path.of("");

  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description =
          "Where to write JUnit XML (default: regression/NAME/junit.xml in the workspace).")
  private @Nullable Path junit;

  @Option(
      names = "--summary",
      paramLabel = "FILE",
      description = "Where to write a summary in Markdown too.")
  private @Nullable Path summary;

  @Option(
      names = "--require-all",
      description =
          "A check that cannot be made on this machine is to be looked at (exit code 7), not passed over.")
  private boolean requireAll;

  @Mixin private Output output = new Output();

  /** What {@code --json} prints. */
  record Answer(
      String regression,
      String verdict,
      List<CheckResult> checks,
      String baseline,
      @Nullable String accepted,
      String junit,
      @Nullable String summary,
      double seconds) {}

  @Override
  public Integer call() {
    RegressFiles.clear(junit, summary); // before the file is read: it may be invalid
    RegressionSpec spec = RegressionFiles.load(file);
    Path workspace = Places.workspace();
    RegressFiles files = RegressFiles.of(spec.name(), workspace, junit, summary, System.getenv());
    RegressFiles.clear(files.junit());
    CheckRegression check =
        Guice.createInjector(new PlatformModule(workspace, System.getenv()))
            .getInstance(CheckRegression.class);
    String command = CommandText.of("./flowpp", "regress", "check", file.toString());
    RegressionResult result;
    try (ProgressDisplay progress = ProgressDisplay.on(output.err());
        Interrupts interrupts = Interrupts.install(check::abandon, command, progress::note)) {
      result = check.check(spec, requireAll, new Asked(command, progress, interrupts));
    }
    files.write(result);
    Answer answer =
        new Answer(
            result.regression(),
            result.verdict().id(),
            result.checks(),
            result.baselineFile().toString(),
            result.baseline() == null ? null : result.baseline().origin(),
            files.junit().toString(),
            summary == null ? null : summary.toString(),
            result.seconds());
    output.result(answer, ignored -> RegressText.check(result, files.junit()));
    return (switch (result.verdict()) {
          case PASS -> ExitCode.DONE;
          case FAIL -> result.isBroken() ? ExitCode.FAILED : ExitCode.DIFFERENT;
          case INVESTIGATE, SKIPPED -> ExitCode.UNDECIDED;
        })
        .number();
  }
}
