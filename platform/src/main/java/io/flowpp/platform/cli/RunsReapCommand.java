package io.flowpp.platform.cli;

import com.google.inject.Guice;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.execution.ReapRuns;
import io.flowpp.platform.execution.SyncRuns;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flowpp runs reap}. */
@Command(
    name = "reap",
    description = {
      "Close runs that look as if they went on although their process was killed, and tell the",
      "tracking server. A run on which a process works is never touched. The same 'run' command",
      "goes on with a reaped run."
    })
final class RunsReapCommand implements Callable<Integer> {
  @Option(
      names = "--older-than",
      paramLabel = "SECONDS",
      description =
          "Without a sign of life for so long (default: ${DEFAULT-VALUE}; a run gives one every 30 seconds).")
  private long olderThan = 600;

  @Mixin private Output output = new Output();

  /** As the contract has it, what the server was told included. */
  record Result(
      List<ReapRuns.Ghost> runs,
      long sent,
      long pending,
      @org.jspecify.annotations.Nullable String trouble) {}

  @Override
  public Integer call() {
    if (olderThan < 0) {
      throw new UserFault(
          ExitCode.USAGE, "usage", "must be 0 or more, not " + olderThan, "--older-than", null);
    }
    ReapRuns.Reaped reaped =
        Guice.createInjector(new PlatformModule(Places.workspace(), System.getenv()))
            .getInstance(ReapRuns.class)
            .reap(Duration.ofSeconds(olderThan), output::note);
    SyncRuns.Synced synced = reaped.synced();
    output.result(
        new Result(reaped.runs(), synced.sent(), synced.pending(), synced.trouble()),
        RunsReapCommand::text);
    return (synced.pending() == 0 ? ExitCode.DONE : ExitCode.UNREACHABLE).number();
  }

  private static String text(Result result) {
    StringBuilder text = new StringBuilder();
    result.runs().forEach(ghost -> text.append("closed ").append(ghost.runId()).append('\n'));
    if (result.runs().isEmpty()) {
      text.append("no ghosts\n");
    }
    if (result.pending() > 0) {
      text.append(result.pending()).append(" events are still pending: ").append(result.trouble());
    }
    return text.toString();
  }
}
