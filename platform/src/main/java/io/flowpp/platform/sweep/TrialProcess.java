package io.flowpp.platform.sweep;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A trial as a process of its own: it can run out of memory, crash or hang without anybody else.
 * What it writes goes to a log; it ends when the pipe to it is closed, so it does not outlive us.
 */
final class TrialProcess implements AutoCloseable {
  /** The line that asks it to end. */
  static final String STOP = "stop";

  private static final int LAST_LINES = 20;

  private final Process process;
  private final Path log;
  private final Thread reader;
  private final Deque<String> last = new ArrayDeque<>(); // guarded by itself
  private volatile @Nullable String progress;
  private final Signs signs = new Signs(System::nanoTime, this::cpu);

  private TrialProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    reader = new Thread(this::read, "trial-" + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * @param environment on top of ours
   */
  static TrialProcess start(List<String> command, Map<String, String> environment, Path log) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      try {
        return new TrialProcess(process, log);
      } catch (OutOfMemoryError noThread) { // nobody would watch it
        process.destroyForcibly();
        throw noThread;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a trial's process cannot be started", e);
    }
  }

  long pid() {
    return process.pid();
  }

  long started() {
    return WorkerIdentity.start(process.toHandle());
  }

  Path log() {
    return log;
  }

  /** What it said of its progress last, as JSON. */
  Optional<String> progress() {
    return Optional.ofNullable(progress);
  }

  /** See {@link Signs#silence}. */
  Optional<Duration> hangs(Duration bound) {
    return signs.silence(bound);
  }

  /** What it has computed so far, on all cores together. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Empty while it goes on after {@code patience}. */
  Optional<Integer> await(Duration patience) throws InterruptedException {
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      return Optional.empty();
    }
    reader.join(); // the last lines say why
    return Optional.of(process.exitValue());
  }

  /** Asks it to leave a checkpoint and end. */
  void stop() {
    try (BufferedWriter words = process.outputWriter(StandardCharsets.UTF_8)) {
      words.write(STOP + "\n");
    } catch (IOException gone) {
      return; // then there is nothing to stop
    }
  }

  /**
   * Has it write where its threads are into the log, as far as the system has a way; one that was
   * stopped has to go on for that.
   */
  void dumpThreads() throws InterruptedException {
    try {
      for (String signal : List.of("-CONT", "-QUIT")) {
        new ProcessBuilder("kill", signal, String.valueOf(process.pid()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor(2, TimeUnit.SECONDS);
      }
      process.waitFor(1, TimeUnit.SECONDS);
    } catch (IOException noSuchProgram) {
      remember("(no kill command here: no thread dump)");
    }
  }

  void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  List<String> lastLines() {
    synchronized (last) {
      return List.copyOf(last);
    }
  }

  /** Kills it where it still lives. */
  @Override
  public void close() {
    if (process.isAlive()) {
      kill();
    }
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        BufferedWriter file = Files.newBufferedWriter(log, StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Optional<String> told = TrialLines.progress(line);
        if (told.isPresent()) {
          progress = told.get();
          signs.given();
        } else {
          file.write(line);
          file.newLine();
          file.flush();
          remember(line);
        }
      }
    } catch (IOException e) {
      remember("(its log could not be written: " + e.getMessage() + ")");
    }
  }

  private void remember(String line) {
    synchronized (last) {
      last.addLast(line);
      if (last.size() > LAST_LINES) {
        last.removeFirst();
      }
    }
  }
}
