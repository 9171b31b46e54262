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
  private static final Path WORDS = Path.of("/proc/self/cmdline");

  private SweepBackground() {}

  /** What {@code --detach --json} prints. */
  record Started(String sweep, long pid, String log) {}

  static int start(SweepRequest request, Output output) {
    try {
      List<String> command = new ArrayList<>(ourOwn());
      command.remove("--detach");
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

  /** Java itself tells nothing where the words are longer than a page. */
  private static List<String> ourOwn() throws IOException {
    if (Files.isReadable(WORDS)) {
      List<String> words = List.of(Files.readString(WORDS).split("\0", -1));
      return words.subList(0, words.size() - 1); // each ends with a zero
    }
    ProcessHandle.Info self = ProcessHandle.current().info();
    List<String> command = new ArrayList<>();
    command.add(self.command().orElseThrow(SweepBackground::untold));
    command.addAll(List.of(self.arguments().orElseThrow(SweepBackground::untold)));
    return command;
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
