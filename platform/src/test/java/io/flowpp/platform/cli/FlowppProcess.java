package io.flowpp.platform.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The command line as a process of its own, which can be killed; its output goes to files. */
final class FlowppProcess {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final Path out;
  private final Path err;

  private FlowppProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * @param environment on top of the test's own, where an empty value takes a variable away
   */
  static FlowppProcess start(Path workspace, Map<String, String> environment, String... arguments) {
    return start(System.getProperty("java.class.path"), workspace, environment, arguments);
  }

  /** The same of a program that is not quite ours. */
  static FlowppProcess start(
      String classPath, Path workspace, Map<String, String> environment, String... arguments) {
    try {
      Path logs = Files.createTempDirectory(workspace.getParent(), "process-");
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--add-modules",
                  "jdk.incubator.vector",
                  "-Xmx512m",
                  "-XX:+UseSerialGC",
                  "-cp",
                  classPath,
                  Main.class.getName()));
      command.addAll(List.of(arguments));
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().remove("MLFLOW_TRACKING_URI");
      builder.environment().put("FLOWPP_WORKSPACE", workspace.toString());
      builder.environment().put("OMP_NUM_THREADS", "1");
      builder.environment().put("DJL_OFFLINE", "true");
      builder.environment().put("OPT_OUT_TRACKING", "true");
      builder.environment().putAll(environment);
      Path out = logs.resolve("out");
      Path err = logs.resolve("err");
      builder.redirectOutput(out.toFile()).redirectError(err.toFile());
      return new FlowppProcess(builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for its end. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(10, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError("still running after ten minutes: " + err());
    }
    return process.exitValue();
  }

  /** The object that it printed, once it has ended. */
  JsonNode json() throws IOException {
    return JSON.readTree(Files.readAllBytes(out));
  }

  String err() {
    return read(err);
  }

  String out() {
    return read(out);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean endsWithin(long time, TimeUnit unit) throws InterruptedException {
    return process.waitFor(time, unit);
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** SIGKILL to it and to all that it has started, as of its process group. */
  void killWithChildren() throws InterruptedException {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    process.destroyForcibly();
    all.forEach(ProcessHandle::destroyForcibly);
    process.waitFor();
    for (ProcessHandle child : all) {
      child.onExit().join();
    }
  }

  /** It and all that it has started by now. */
  List<ProcessHandle> family() {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    return all;
  }

  /** SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** Waits until {@code condition} holds; fails where the process ends before. */
  void awaitThat(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (!condition.getAsBoolean()) {
      if (process.waitFor(50, TimeUnit.MILLISECONDS) && !condition.getAsBoolean()) {
        throw new AssertionError("ended before " + what + ": " + err() + read(out));
      }
      if (System.nanoTime() > deadline) {
        process.destroyForcibly();
        throw new AssertionError("no " + what + " in five minutes: " + err());
      }
    }
  }
}
