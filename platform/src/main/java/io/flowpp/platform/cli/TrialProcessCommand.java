package io.flowpp.platform.cli;

import com.google.inject.Guice;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.sweep.RunTrial;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * {@code flowpp trial}: what a sweep's worker starts for each trial. It stops, with a checkpoint,
 * when its standard input says so or ends: then its worker is dead.
 */
@Command(
    name = "trial",
    hidden = true,
    description = "One trial of a sweep, as its worker starts it.")
final class TrialProcessCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "TASK", description = "The trial's task.")
  private Path task = Path.of("");

  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    Path workspace = Places.workspace();
    RunTrial trial =
        Guice.createInjector(new PlatformModule(workspace, System.getenv()))
            .getInstance(RunTrial.class);
    try (Interrupts interrupts =
        Interrupts.install(trial::abandon, "flowpp sweep resume", output::note)) {
      Thread watch = new Thread(() -> awaitStop(interrupts), "trial-stop");
      watch.setDaemon(true);
      watch.start();
      trial.run(task, new PrintStream(System.out, true, StandardCharsets.UTF_8), interrupts);
    }
    return ExitCode.DONE.number();
  }

  private static void awaitStop(Interrupts interrupts) {
    try {
      System.in.read();
    } catch (IOException closed) {
      // means the same
    }
    interrupts.wish();
  }
}
