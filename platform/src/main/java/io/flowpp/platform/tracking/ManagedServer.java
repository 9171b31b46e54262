package io.flowpp.platform.tracking;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.HttpURLConnection;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The MLflow server of a workspace: on 127.0.0.1 only, with a SQLite store and proxied artifacts
 * under {@code <workspace>/mlflow}. It outlives the process that starts it; several processes may
 * use it, and start or stop it.
 */
public final class ManagedServer {
  static final int FIRST_PORT = 5000;

  private static final Logger LOG = LoggerFactory.getLogger(ManagedServer.class);
  private static final Duration START =
      Duration.ofMinutes(5); // 6 s on an idle machine, over a minute on a crowded one
  private static final Duration STOP = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final int HEALTH_MILLIS = 2000;
  private static final int PORT_TRIES = 3;
  // A session of its own, so that neither Ctrl-C nor the end of the terminal reaches it; below the
  // training's priority.
  private static final String DETACH =
      "import os, sys; os.setsid(); os.nice(5); os.execv(sys.argv[1], sys.argv[1:])";

  private final Path directory;
  private final Map<String, String> environment;
  private final PythonEnvironment python;
  private final int firstPort;

  ManagedServer(Path workspace, Map<String, String> environment, int firstPort) {
    Path absolute = workspace.toAbsolutePath().normalize();
    this.directory = absolute.resolve("mlflow");
    this.environment = Map.copyOf(environment);
    this.python = new PythonEnvironment(absolute, this.environment);
    this.firstPort = firstPort;
  }

  /**
   * @param workspace its root; the server lives in the folder {@code mlflow} there
   */
  public static ManagedServer of(Path workspace, Map<String, String> environment) {
    return new ManagedServer(workspace, environment, FIRST_PORT);
  }

  /** Makes what is missing, starts the server unless it runs, and waits until it answers. */
  public ServerStatus up() {
    try {
      return start();
    } catch (IOException e) {
      throw fault(
          "the managed tracking server does not start: " + e.getMessage(),
          "see " + log() + "; " + "then try again",
          e);
    }
  }

  /** Stops the server and all its processes; nothing happens where none runs. */
  public ServerStatus down() {
    try (FileChannel channel = lockFile();
        FileLock lock = channel.lock()) {
      Optional<ServerRecord> server = ServerRecord.read(record());
      if (server.isPresent()) {
        stop(server.get());
      }
      return new ServerStatus(null, null, python.version().orElse(null), false);
    } catch (IOException e) {
      throw fault(
          "the managed tracking server does not stop: " + e.getMessage(), "see " + log(), e);
    }
  }

  public ServerStatus status() {
    Optional<ServerRecord> server = running();
    String version = python.version().orElse(null);
    return server
        .map(record -> new ServerStatus(record.uri(), record.pid(), version, isHealthy(record)))
        .orElseGet(() -> new ServerStatus(null, null, version, false));
  }

  /**
   * Who the store is, for ever; made with the store, so that a store that was thrown away is not
   * taken for the new one.
   */
  String storeId() throws IOException {
    Path file = directory.resolve("store-id");
    if (!Files.exists(file)) {
      Files.createDirectories(directory);
      Path part = Files.createTempFile(directory, "store-id", ".part");
      Files.writeString(part, UUID.randomUUID().toString());
      try {
        Files.createLink(file, part); // unlike a move, fails where another process was quicker
      } catch (java.nio.file.FileAlreadyExistsException e) {
        LOG.debug("another process named the store first");
      } finally {
        Files.delete(part);
      }
    }
    return Files.readString(file).strip();
  }

  /** The server that was started last, if it lives, healthy or not yet. */
  Optional<ServerRecord> running() {
    try {
      return ServerRecord.read(record()).filter(ServerRecord::isAlive);
    } catch (IOException e) {
      throw fault(
          "its record cannot be read: " + e.getMessage(),
          "check the permissions of " + record(),
          e);
    }
  }

  ServerStatus start() throws IOException {
    Files.createDirectories(directory);
    python.prepare();
    int port = firstPort;
    for (int attempt = 0; attempt < PORT_TRIES; attempt++) {
      ServerRecord server = startOrJoin(port);
      if (awaitHealth(server)) {
        return new ServerStatus(server.uri(), server.pid(), python.version().orElse(null), true);
      }
      port =
          server.port()
              + 1; // perhaps somebody took the port between our look and the server's: it ends
      // then, without an error
    }
    throw new IOException("its process ends: " + lastLine());
  }

  private ServerRecord startOrJoin(int port) throws IOException {
    try (FileChannel channel = lockFile();
        FileLock lock = channel.lock()) {
      Optional<ServerRecord> last = ServerRecord.read(record());
      if (last.isPresent() && last.get().isAlive()) {
        return last.get();
      }
      if (last.isPresent()) {
        stop(last.get()); // its leader is dead; a worker of it may live on, and hold the port and
        // the database
      }
      return spawn(Ports.free(port));
    }
  }

  private ServerRecord spawn(int port) throws IOException {
    if (Files.exists(log())) { // each start has a log of its own: see hasThePort
      Files.move(log(), log().resolveSibling("server.log.1"), StandardCopyOption.REPLACE_EXISTING);
    }
    String interpreter = python.python().toString();
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    interpreter,
                    "-c",
                    DETACH,
                    interpreter,
                    "-m",
                    "mlflow",
                    "server",
                    "--backend-store-uri",
                    "sqlite:///" + directory.resolve("mlflow.db"),
                    "--artifacts-destination",
                    directory.resolve("artifacts").toString(),
                    "--serve-artifacts",
                    "--host",
                    "127.0.0.1",
                    "--port",
                    Integer.toString(port),
                    "--workers",
                    "1"))
            .directory(directory.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    Environments.withoutMlflow(builder.environment(), environment);
    builder.environment().put("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false");
    builder.environment().put("MLFLOW_DISABLE_TELEMETRY", "true");
    builder.environment().put("DO_NOT_TRACK", "true");
    ServerRecord server = ServerRecord.of(builder.start(), port);
    server.write(record());
    LOG.info("the tracking server starts at {} (pid {})", server.uri(), server.pid());
    return server;
  }

  /** False where the process ended. */
  private boolean awaitHealth(ServerRecord server) throws IOException {
    long deadline = System.nanoTime() + START.toNanos();
    while (server.isAlive()) {
      if (isHealthy(server)) {
        return true;
      }
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "it does not answer within " + START.toSeconds() + " s: " + lastLine());
      }
      rest(LOOK);
    }
    return false;
  }

  private void stop(ServerRecord server) throws IOException {
    if (!server.isStranger() && signal("TERM", server)) {
      long deadline = System.nanoTime() + STOP.toNanos();
      while (signal("0", server)) {
        if (System.nanoTime() > deadline) {
          LOG.warn(
              "the tracking server (group {}) does not end within {} s and is killed",
              server.pid(),
              STOP.toSeconds());
          signal("KILL", server);
          break;
        }
        rest(LOOK);
      }
    }
    Files.deleteIfExists(record());
  }

  /**
   * Signals the group, since workers outlive a leader that was killed; false where the group has no
   * member left.
   */
  private static boolean signal(String signal, ServerRecord server) throws IOException {
    Process kill =
        new ProcessBuilder("bash", "-c", "kill -" + signal + " -- -" + server.pid())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      return kill.waitFor(5, TimeUnit.SECONDS) && kill.exitValue() == 0;
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private boolean isHealthy(ServerRecord server) {
    try {
      if (!hasThePort(server)) {
        return false;
      }
      HttpURLConnection health =
          (HttpURLConnection) server.uri().resolve("/health").toURL().openConnection();
      health.setConnectTimeout(HEALTH_MILLIS);
      health.setReadTimeout(HEALTH_MILLIS);
      try {
        return health.getResponseCode() == HttpURLConnection.HTTP_OK;
      } finally {
        health.disconnect();
      }
    } catch (IOException notYet) {
      return false;
    }
  }

  /**
   * Whether it is our server that listens: another program may take the port while ours still
   * starts, and a tracking server of somebody else answers {@code /health} just as well.
   */
  private boolean hasThePort(ServerRecord server) throws IOException {
    String said = "running on " + server.uri();
    try (Stream<String> lines = Files.lines(log(), StandardCharsets.ISO_8859_1)) {
      return lines.anyMatch(line -> line.contains(said));
    }
  }

  private String lastLine() throws IOException {
    if (!Files.exists(log())) {
      return "it said nothing";
    }
    List<String> lines =
        Files.readAllLines(log()).stream().filter(line -> !line.isBlank()).toList();
    return (lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1)) + " (" + log() + ")";
  }

  private FileChannel lockFile() throws IOException {
    Files.createDirectories(directory);
    return FileChannel.open(
        directory.resolve("server.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private Path record() {
    return directory.resolve("server.json");
  }

  private Path log() {
    return directory.resolve("server.log");
  }

  private static void rest(Duration time) throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(time.toMillis());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static IOException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return (IOException) new InterruptedIOException("interrupted").initCause(e);
  }

  private UserFault fault(String message, String suggestion, IOException e) {
    return new UserFault(ExitCode.UNREACHABLE, "mlflow-server", message, null, suggestion, e);
  }
}
