package io.flowpp.platform.cli;

import com.google.inject.Guice;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.execution.SyncRuns;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flowpp runs sync}. */
@Command(
    name = "sync",
    description = {
      "Send what is in the workspace's journals and not on the tracking server yet.",
      "Sending again does no harm. Works on a copy of the workspace on another machine, too."
    })
final class RunsSyncCommand implements Callable<Integer> {
  @Option(
      names = "--again",
      description =
          "Send all of it, as to a server that was emptied; what is there stays as it is.")
  private boolean again;

  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    SyncRuns runs =
        Guice.createInjector(new PlatformModule(Places.workspace(), System.getenv()))
            .getInstance(SyncRuns.class);
    SyncRuns.Synced synced = again ? runs.syncAgain(output::note) : runs.sync(output::note);
    output.result(synced, RunsSyncCommand::text);
    if (synced.pending() > 0) {
      return ExitCode.UNREACHABLE.number();
    }
    return (synced.notSent().isEmpty() ? ExitCode.DONE : ExitCode.FAILED).number();
  }

  private static String text(SyncRuns.Synced synced) {
    String lacking = RunsText.notSent(synced.notSent());
    if (!lacking.isEmpty()) {
      lacking =
          "\n" + lacking + "once that is mended, send all again with: flowpp runs sync --again";
    }
    return events(synced) + lacking;
  }

  private static String events(SyncRuns.Synced synced) {
    String sent = synced.sent() + " events of " + synced.runs().size() + " runs were sent";
    if (synced.runs().isEmpty()) {
      return "nothing is pending";
    }
    return synced.pending() == 0
        ? sent
        : sent + ", " + synced.pending() + " are still pending: " + synced.trouble();
  }
}
