package io.flowpp.platform.tracking;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The MLflow server that users get, on a store of its own, to be killed and to be left without
 * room. Its Python environment is that of the tests' managed server.
 */
public final class MlflowProcess implements AutoCloseable {
  /** Bytes that each of its files may grow to. */
  public static final long UNLIMITED = -1;

  private static final Path ENVIRONMENT =
      Path.of(System.getProperty("flowpp.test.workspace", "target/mlflow-workspace"));
  private static final long PATIENCE_SECONDS = 180;
  private static final int BLOCK = 1024; // of ulimit -f

  private final Path directory;
  private final int port;
  private final Process process;

  private MlflowProcess(Path directory, int port, Process process) {
    this.directory = directory;
    this.port = port;
    this.process = process;
  }

  public static MlflowProcess start(Path directory) throws IOException, InterruptedException {
    return start(directory, Ports.free(5900), UNLIMITED);
  }

  /** The same store on the same port, whether the old one lives or not. */
  public MlflowProcess again(long fileBytes) throws IOException, InterruptedException {
    kill();
    return start(directory, port, fileBytes);
  }

  private static MlflowProcess start(Path directory, int port, long fileBytes)
      throws IOException, InterruptedException {
    PythonEnvironment python =
        new PythonEnvironment(ENVIRONMENT.toAbsolutePath().normalize(), System.getenv());
    python.prepare();
    Files.createDirectories(directory);
    String limit = fileBytes == UNLIMITED ? "" : "ulimit -f " + fileBytes / BLOCK + " && ";
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    "setsid",
                    "bash",
                    "-c",
                    limit
                        + "exec "
                        + python.python()
                        + " -m mlflow server --backend-store-uri sqlite:///"
                        + directory.resolve("mlflow.db")
                        + " --artifacts-destination "
                        + directory.resolve("artifacts")
                        + " --serve-artifacts --host 127.0.0.1 --workers 1 --port "
                        + port))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            // Not to a file: with a limit of its size the log would end the server, not the store.
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().keySet().removeIf(name -> name.startsWith("MLFLOW_"));
    builder.environment().put("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false");
    builder.environment().put("MLFLOW_DISABLE_TELEMETRY", "true");
    MlflowProcess server = new MlflowProcess(directory, port, builder.start());
    server.awaitHealth();
    return server;
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** The largest of its files. */
  public long storeBytes() throws IOException {
    return Files.size(directory.resolve("mlflow.db"));
  }

  /** SIGKILL to all of its processes. */
  public void kill() throws IOException, InterruptedException {
    new ProcessBuilder("bash", "-c", "kill -KILL -- -" + process.pid())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
    process.waitFor();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    kill();
  }

  private void awaitHealth() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!isHealthy()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new AssertionError("the MLflow server does not start on port " + port);
      }
      Thread.sleep(200);
    }
  }

  private boolean isHealthy() {
    try {
      HttpURLConnection health =
          (HttpURLConnection) uri().resolve("/health").toURL().openConnection();
      health.setConnectTimeout(2000);
      health.setReadTimeout(2000);
      return health.getResponseCode() == HttpURLConnection.HTTP_OK;
    } catch (IOException notYet) {
      return false;
    }
  }
}
