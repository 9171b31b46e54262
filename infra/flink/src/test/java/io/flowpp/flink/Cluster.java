package io.flowpp.flink;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real Flink of separate processes, by the script that users have. */
final class Cluster implements AutoCloseable {
  /** The distribution is 233 MB: kept for the next time. */
  private static final Path HOME =
      Path.of(
          System.getProperty(
              "flowpp.test.flink", System.getProperty("user.home") + "/.cache/flowpp/flink"));

  private final Path run;

  private Cluster(Path run) {
    this.run = run;
  }

  static Cluster start(Path run, int taskManagers) throws IOException, InterruptedException {
    Cluster cluster = new Cluster(run);
    cluster.script("fetch", HOME.toString());
    cluster.script("start", HOME.toString(), run.toString(), String.valueOf(taskManagers));
    return cluster;
  }

  String master() throws IOException, InterruptedException {
    return script("url", run.toString()).strip();
  }

  List<Long> taskManagers() throws IOException, InterruptedException {
    return script("tm-pids", run.toString()).lines().map(Long::valueOf).toList();
  }

  void addTaskManager() throws IOException, InterruptedException {
    script("add-tm", HOME.toString(), run.toString());
  }

  /** What each TaskManager has logged. */
  List<String> logs() throws IOException {
    List<String> logs = new ArrayList<>();
    try (var files = Files.newDirectoryStream(run.resolve("log"), "*taskexecutor*.log")) {
      for (Path file : files) {
        logs.add(Files.readString(file));
      }
    }
    return logs;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    script("stop", run.toString());
  }

  private String script(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("bash", Path.of("cluster.sh").toAbsolutePath().toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("FLOWPP_FLINK_CLASSPATH", System.getProperty("java.class.path"));
    builder.environment().put("REST_PORT", freePort());
    builder.environment().put("RPC_PORT", freePort());
    Path out = Files.createTempFile("cluster-", ".out");
    Process process =
        builder.redirectOutput(out.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException(command + " failed; its logs are in " + run);
    }
    return Files.readString(out);
  }

  private static String freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return String.valueOf(socket.getLocalPort());
    }
  }
}
