package io.flowpp.platform.cli;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.sweep.SweepRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a sweep as a process of its own, which outlives this one and its terminal. */
final class SweepBackground {
  private SweepBackground() {}

  /** What {@code --detach --json} prints. */
  record Started(String sweep, long pid, String log) {}

  static int start(SweepRequest request, Output output) {
    List<String> command = new ArrayList<>();
    ProcessHandle.Info self = ProcessHandle.current().info();
    command.add(self.command().orElseThrow());
    for (String argument : self.arguments().orElseThrow(SweepBackground::untold)) {
      if (!argument.equals("--detach")) {
        command.add(argument);
      }
    }
    try {
      Path folder =
          Files.createDirectories(Places.workspace().resolve("sweeps").resolve(request.name()));
      Path log = folder.resolve("sweep.log");
      List<String> detached = new ArrayList<>(List.of("nohup"));
      detached.addAll(command);
      ProcessBuilder builder =
          new ProcessBuilder(detached)
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      Process process = builder.start();
      output.result(
          new Started(request.name(), process.pid(), log.toString()),
          started ->
              "sweep "
                  + started.sweep()
                  + " goes on as process "
                  + started.pid()
                  + ", its words are in "
                  + started.log()
                  + "\nsee how it goes: ./flowpp sweep status "
                  + started.sweep());
      return ExitCode.DONE.number();
    } catch (IOException e) {
      throw new UserFault(
          ExitCode.FAILED,
          "cannot-detach",
          "no process in the background: " + e.getMessage(),
          null,
          "start it without --detach, as a job of your shell",
          e);
    }
  }

  private static UserFault untold() {
    return new UserFault(
        ExitCode.FAILED,
        "cannot-detach",
        "this system does not tell how a process was started",
        null,
        "start it without --detach, as a job of your shell");
  }
}
