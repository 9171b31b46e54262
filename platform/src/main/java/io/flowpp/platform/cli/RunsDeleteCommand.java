package io.flowpp.platform.cli;

import com.google.inject.Guice;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.execution.DeleteRun;
import java.io.Console;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flowpp runs delete}. */
@Command(
    name = "delete",
    description = {
      "Delete a run from the workspace: its record, journal, report, and the outputs and",
      "checkpoints that no other run shares. What the tracking server has stays there."
    })
final class RunsDeleteCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "RUN", description = RunsText.REFERENCE)
  private String run = "";

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    DeleteRun runs =
        Guice.createInjector(new PlatformModule(Places.workspace(), System.getenv()))
            .getInstance(DeleteRun.class);
    DeleteRun.Plan plan = runs.plan(run);
    if (!yes && !agrees(plan)) {
      throw new UserFault(
          ExitCode.USAGE, "not-confirmed", "not deleted", plan.runId(), "give --yes to delete it");
    }
    runs.delete(plan);
    output.result(plan, RunsDeleteCommand::text);
    return ExitCode.DONE.number();
  }

  private static boolean agrees(DeleteRun.Plan plan) {
    Console console = System.console();
    if (console == null) {
      return false; // nobody to ask
    }
    String lost =
        plan.pending() == 0 ? "" : " (" + plan.pending() + " events that no server has are lost)";
    String answer = console.readLine("delete %s%s? [y/N] ", plan.runId(), lost);
    return answer != null && answer.strip().equalsIgnoreCase("y");
  }

  private static String text(DeleteRun.Plan plan) {
    return "deleted " + plan.runId();
  }
}
