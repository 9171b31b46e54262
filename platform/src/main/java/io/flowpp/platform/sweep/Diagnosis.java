package io.flowpp.platform.sweep;

import io.flowpp.platform.config.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the end of a trial's process means. */
final class Diagnosis {
  /** 128 and the number of the signal, as shells and Java have it. */
  private static final int SIGNALLED = 128;

  private static final int SIGKILL = 9;

  private static final String OUT_OF_MEMORY = "out-of-memory";

  private static final Pattern NO_MEMORY =
      Pattern.compile(
          "OutOfMemoryError|can't allocate memory|not enough memory|CUDA out of memory|Cannot allocate memory|std::bad_alloc|insufficient memory for the Java|Could not reserve enough space for|Could not allocate metaspace|unable to create native thread");

  /** Everything in a trial is a function of its configuration: these would only come again. */
  private static final Set<String> CERTAIN = Set.of("configuration", "diverged", "not-finite");

  private Diagnosis() {}

  /**
   * @param answer the {@link TrialAnswer}, where it left one
   */
  static Ending of(int exit, Path answer, TrialProcess process) {
    Optional<TrialAnswer> left = read(answer);
    if (exit == ExitCode.DONE.number() && left.isPresent() && left.get().result() != null) {
      return new Ending.Done(left.get().result().toString());
    }
    TrialAnswer.@Nullable Fault fault = left.map(TrialAnswer::fault).orElse(null);
    if (exit == ExitCode.INTERRUPTED.number()) { // whoever asked it to stop was not its worker
      return failed("interrupted", "somebody had it stop, and not the sweep", process, true);
    }
    if (fault != null) {
      boolean memory = isMemory(fault.message()) || fault.code().equals(OUT_OF_MEMORY);
      boolean certain =
          CERTAIN.contains(fault.code()) || fault.exitCode() == ExitCode.USAGE.number();
      return failed(memory ? OUT_OF_MEMORY : fault.code(), fault.message(), process, !certain);
    }
    if (process.lastLines().stream().anyMatch(Diagnosis::isMemory)) {
      return failed(OUT_OF_MEMORY, "its memory was not enough, exit code " + exit, process, true);
    }
    if (exit > SIGNALLED) {
      int signal = exit - SIGNALLED;
      String why =
          signal == SIGKILL
              ? "killed by signal 9: by somebody, or by the system because memory ran out"
              : "crashed by signal " + signal;
      return failed("signal", why, process, true);
    }
    return failed("exit", "ended with exit code " + exit + " and no result", process, true);
  }

  static Ending hung(Duration silence, TrialProcess process) {
    return failed(
        "hang",
        "no progress for " + silence.toSeconds() + " s; its threads are in the log",
        process,
        true);
  }

  private static Ending failed(String kind, String message, TrialProcess process, boolean again) {
    List<String> lines = process.lastLines();
    return new Ending.Failed(new Cause(kind, message, lines, process.log().toString()), again);
  }

  private static boolean isMemory(String line) {
    return NO_MEMORY.matcher(line).find();
  }

  private static Optional<TrialAnswer> read(Path answer) {
    try {
      return Files.exists(answer)
          ? Optional.of(SweepJson.readFile(answer, TrialAnswer.class))
          : Optional.empty();
    } catch (IOException damaged) {
      return Optional.empty(); // the exit code tells what is left to tell
    }
  }
}
