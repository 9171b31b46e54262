package io.flowpp.platform.cli;

import com.google.inject.Guice;
import com.google.inject.Injector;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.sweep.RunSweep;
import io.flowpp.platform.sweep.SweepRequest;
import io.flowpp.platform.sweep.SweepResult;
import io.flowpp.platform.sweep.SweepSpec;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a sweep is worked on: the options of {@code run} and {@code resume}. */
final class SweepOptions {
  private static final int SHORTEST_LEASE = 5;

  @Option(
      names = "--runner",
      paramLabel = "RUNNER",
      description = "Where the workers run: direct (the default), flink or spark.")
  private String runner = "direct";

  @Option(names = "--fail-fast", description = "Begin no further trial once one has failed.")
  private boolean failFast;

  @Option(
      names = "--accept-changes",
      description = "Go on although the file is not the one that the sweep was begun with.")
  private boolean acceptChanges;

  @Option(
      names = "--lease",
      paramLabel = "SECONDS",
      description =
          "How long a worker that gives no sign keeps its trial (default ${DEFAULT-VALUE}, at least 5).")
  private int lease = 30;

  @Option(
      names = "--detach",
      description = "Work in the background; see 'sweep status' and 'sweep stop'.")
  private boolean detach;

  boolean detach() {
    return detach;
  }

  SweepRequest request(String name, @Nullable SweepSpec spec, String file) {
    if (lease < SHORTEST_LEASE) {
      throw new UserFault(
          ExitCode.USAGE,
          "usage",
          lease + " seconds are too short: a busy worker would lose its trial",
          "--lease",
          "give at least " + SHORTEST_LEASE);
    }
    return new SweepRequest(
        name,
        spec,
        file,
        runner,
        failFast ? SweepRequest.IfFailed.BEGIN_NO_MORE : SweepRequest.IfFailed.GO_ON,
        acceptChanges ? SweepRequest.IfChanged.ACCEPT : SweepRequest.IfChanged.REFUSE,
        Duration.ofSeconds(lease),
        "./flowpp sweep resume " + file);
  }

  /** Works on the sweep until it is over, and says what it came to. */
  int work(SweepRequest request, Output output) {
    Injector platform =
        Guice.createInjector(new PlatformModule(Places.workspace(), System.getenv()));
    SweepResult result;
    boolean interrupted;
    try (SweepDisplay display = SweepDisplay.on(output.err());
        Interrupts interrupts = Interrupts.installAbove(request.command(), display::note)) {
      result = platform.getInstance(RunSweep.class).run(request, display, interrupts);
      interrupted = interrupts.isCancelled();
    }
    output.result(result, SweepText::result);
    return exitCode(result, interrupted, request, output).number();
  }

  private static ExitCode exitCode(
      SweepResult result, boolean interrupted, SweepRequest request, Output output) {
    if (open(result.counts()) > 0) {
      boolean limited = result.ended() != null && result.ended().contains("limits.");
      String file = request.spec() == null ? "FILE" : request.file();
      output.note(
          limited
              ? "raise the limit in its file, then go on with: ./flowpp sweep resume "
                  + file
                  + " --accept-changes"
              : "go on with: " + request.command());
    }
    return exitCode(result.counts(), interrupted);
  }

  /** Whatever is left to do is never success. */
  static ExitCode exitCode(Map<String, Integer> counts, boolean interrupted) {
    boolean left = open(counts) > 0;
    if (left && (interrupted || counts.containsKey("paused"))) {
      return ExitCode.INTERRUPTED;
    }
    if (counts.containsKey("failed")) {
      return ExitCode.FAILED;
    }
    return left ? ExitCode.INTERRUPTED : ExitCode.DONE;
  }

  private static int open(Map<String, Integer> counts) {
    return Stream.of("pending", "running", "paused")
        .mapToInt(status -> counts.getOrDefault(status, 0))
        .sum();
  }
}
