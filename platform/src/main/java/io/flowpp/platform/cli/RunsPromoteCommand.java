package io.flowpp.platform.cli;

import com.google.inject.Guice;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.execution.PromoteRun;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flowpp runs promote}: a name in the registry of models for a run. */
@Command(
    name = "promote",
    description = {
      "Give a finished run an alias in MLflow's registry of models, such as champion or ci-baseline.",
      "A run that is no version of the model yet becomes one. Whatever had the alias loses it; from",
      "then on models:/NAME@ALIAS names this run wherever a command takes RUN."
    })
final class RunsPromoteCommand implements Callable<Integer> {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  // MLflow keeps names such as v1 for versions, and this one for itself.
  private static final Pattern RESERVED = Pattern.compile("(?i)v[0-9]+|latest");

  @Parameters(index = "0", paramLabel = "RUN", description = RunsText.REFERENCE)
  private String run = "";

  @Option(
      names = "--alias",
      paramLabel = "ALIAS",
      required = true,
      description = "The alias: champion, ci-baseline, or another name.")
  private String alias = "";

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "The registered model (default: the run's tracking.register, else its name).")
  private @Nullable String model;

  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    require("--alias", alias);
    if (RESERVED.matcher(alias).matches()) {
      throw usage("--alias", "'" + alias + "' is a name that MLflow keeps for itself");
    }
    if (model != null) {
      require("--model", model);
    }
    PromoteRun.Promoted promoted =
        Guice.createInjector(new PlatformModule(Places.workspace(), System.getenv()))
            .getInstance(PromoteRun.class)
            .promote(new PromoteRun.Request(run, alias, model));
    output.result(promoted, RunsPromoteCommand::text);
    return ExitCode.DONE.number();
  }

  private static String text(PromoteRun.Promoted promoted) {
    return String.format(
        "models:/%s@%s is version %s now, run %s%n%s",
        promoted.model(), promoted.alias(), promoted.version(), promoted.runId(), promoted.page());
  }

  private static void require(String option, String value) {
    if (!NAME.matcher(value).matches()) {
      throw usage(
          option, "'" + value + "' is no name: use up to 100 letters, digits, '.', '_' and '-'");
    }
  }

  private static UserFault usage(String option, String message) {
    return new UserFault(ExitCode.USAGE, "usage", message, option, null);
  }
}
