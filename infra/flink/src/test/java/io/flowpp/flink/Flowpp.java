package io.flowpp.flink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The command line as a process of its own, as the launcher starts it. */
record Flowpp(Process process, Path out, Path err) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Flowpp start(Path workspace, Map<String, String> environment, List<String> arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-Dflowpp.flink.job-jar=" + System.getProperty("flowpp.flink.job-jar"),
                "-cp",
                System.getProperty("java.class.path"),
                "io.flowpp.platform.cli.Main"));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("MLFLOW_TRACKING_URI");
    builder.environment().put("FLOWPP_WORKSPACE", workspace.toString());
    builder.environment().put("FLOWPP_OFFLINE", "1");
    builder.environment().putAll(environment);
    Path logs = Files.createTempDirectory(workspace.getParent(), "process-");
    Path out = logs.resolve("out");
    Path err = logs.resolve("err");
    return new Flowpp(
        builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start(), out, err);
  }

  int exitCode() throws IOException, InterruptedException {
    if (!process.waitFor(10, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError("still running after ten minutes: " + said());
    }
    return process.exitValue();
  }

  void awaitThat(String what, BooleanSupplier condition) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (!condition.getAsBoolean()) {
      if (process.waitFor(50, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
        process.destroyForcibly();
        throw new AssertionError("no " + what + ": " + said());
      }
    }
  }

  JsonNode json() throws IOException {
    return JSON.readTree(Files.readAllBytes(out));
  }

  String said() throws IOException {
    return Files.readString(err) + Files.readString(out);
  }
}
