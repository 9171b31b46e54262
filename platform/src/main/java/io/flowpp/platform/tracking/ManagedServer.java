package io.flowpp.platform.tracking;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
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
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final int PORT_TRIES = 3;

  /** Whether the server wants a login. */
  public enum Login {
    AS_BEFORE,
    ON,
    OFF
  }

  private final Path workspace;
  private final ServerFiles files;
  private final PythonEnvironment python;
  private final ServerLogin login;
  private final ServerStore store;
  private final ServerLauncher launcher;
  private final ServerGroup group;
  private final ServerHealth health;
  private final int firstPort;

  ManagedServer(Path workspace, Map<String, String> environment, int firstPort) {
    Path absolute = workspace.toAbsolutePath().normalize();
    Map<String, String> ours = Map.copyOf(environment);
    this.workspace = absolute;
    this.files = new ServerFiles(absolute.resolve("mlflow"));
    this.python = new PythonEnvironment(absolute, ours);
    this.login = new ServerLogin(files);
    this.store = new ServerStore(files, python);
    this.launcher = new ServerLauncher(files, python, login, ours);
    this.group = new ServerGroup(files);
    this.health = new ServerHealth(files);
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
    return up(Login.AS_BEFORE);
  }

  /** The same with or without login from now on; a server that does otherwise is started again. */
  public ServerStatus up(Login wanted) {
    try {
      Files.createDirectories(files.directory());
      switch (wanted) {
        case ON -> login.turnOn();
        case OFF -> login.turnOff();
        case AS_BEFORE -> LOG.debug("the login stays {}", login.isOn());
      }
      return start();
    } catch (IOException e) {
      throw fault(
          "the managed tracking server does not start: " + e.getMessage(),
          "see " + files.log() + "; then try again",
          e);
    }
  }

  /** Stops the server and all its processes; nothing happens where none runs. */
  public ServerStatus down() {
    try (FileChannel channel = lockFile();
        FileLock lock = channel.lock()) {
      Optional<ServerRecord> server = ServerRecord.read(files.record());
      if (server.isPresent()) {
        group.stop(server.get());
      }
      return status(Optional.empty());
    } catch (IOException e) {
      throw fault(
          "the managed tracking server does not stop: " + e.getMessage(), "see " + files.log(), e);
    }
  }

  public ServerStatus status() {
    return status(running());
  }

  /** Which Python the server's environment is made with, or what to do where none will do. */
  public PythonFound interpreter() throws IOException {
    return python.interpreter();
  }

  /** As whom to talk to it. */
  ServerAccess access() {
    return ServerAccess.of(login.credentials());
  }

  /** The root of the workspace that the server belongs to. */
  Path workspace() {
    return workspace;
  }

  /** Whether there was ever a store that something could have been sent to. */
  boolean hasStore() {
    return Files.exists(files.directory().resolve("store-id"));
  }

  /**
   * Who the store is, for ever; made with the store, so that a store that was thrown away is not
   * taken for the new one.
   */
  String storeId() throws IOException {
    Path file = files.directory().resolve("store-id");
    if (!Files.exists(file)) {
      Files.createDirectories(files.directory());
      Path part = Files.createTempFile(files.directory(), "store-id", ".part");
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
      return ServerRecord.read(files.record()).filter(ServerRecord::isAlive);
    } catch (IOException e) {
      throw fault(
          "its record cannot be read: " + e.getMessage(),
          "check the permissions of " + files.record(),
          e);
    }
  }

  ServerStatus start() throws IOException {
    Files.createDirectories(files.directory());
    prepare();
    int port = firstPort;
    for (int attempt = 0; attempt < PORT_TRIES; attempt++) {
      ServerRecord server = startOrJoin(port);
      if (awaitHealth(server)) {
        return status(Optional.of(server));
      }
      // perhaps somebody took the port between our look and the server's: it ends then, without an
      // error
      port = server.port() + 1;
    }
    throw new IOException("its process ends: " + health.lastLine());
  }

  /** A new version that cannot be had now is no reason to lose the server that runs. */
  private void prepare() throws IOException {
    try {
      python.prepare();
    } catch (UserFault e) {
      if (running().filter(health::isHealthy).isEmpty()) {
        throw e;
      }
      LOG.warn("the tracking server that runs is used further: {}", e.line());
    }
  }

  private ServerRecord startOrJoin(int port) throws IOException {
    try (FileChannel channel = lockFile();
        FileLock lock = channel.lock()) {
      Optional<ServerRecord> last = ServerRecord.read(files.record());
      Optional<String> version = python.version();
      if (last.isPresent()) {
        boolean alive = last.get().isAlive();
        if (alive && isWanted(last.get(), version.orElse("0"))) {
          return last.get();
        }
        LOG.info("the tracking server {} is {}", last.get(), alive ? "replaced" : "dead");
        // where its leader is dead a worker may live on, and hold the port and the database
        group.stop(last.get());
      }
      String ours = version.orElseThrow(() -> new IOException("its environment is gone"));
      store.prepareFor(ours);
      python.dropOthers();
      return launcher.start(Ports.free(port), ours);
    }
  }

  /**
   * A newer one is left alone: two versions of this program would replace each other's for ever.
   */
  private boolean isWanted(ServerRecord server, String version) {
    return server.login() == login.isOn() && !Versions.isOlder(server.version(), version);
  }

  /** False where the process ended. */
  private boolean awaitHealth(ServerRecord server) throws IOException {
    long deadline = System.nanoTime() + START.toNanos();
    while (server.isAlive()) {
      if (health.isHealthy(server)) {
        remember(server);
        return true;
      }
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "it does not answer within " + START.toSeconds() + " s: " + health.lastLine());
      }
      ServerGroup.rest(LOOK);
    }
    return false;
  }

  /** That it has its port: what it said of that will leave the log some day. */
  private void remember(ServerRecord server) throws IOException {
    if (server.listening()) {
      return;
    }
    try (FileChannel channel = lockFile();
        FileLock lock = channel.lock()) {
      if (ServerRecord.read(files.record()).filter(server::equals).isPresent()) {
        server.seenListening().write(files.record());
      }
    }
  }

  private ServerStatus status(Optional<ServerRecord> server) {
    Path password = login.isOn() ? login.passwordFile() : null;
    return server
        .map(
            record ->
                new ServerStatus(
                    record.uri(),
                    record.pid(),
                    record.version(),
                    health.isHealthy(record),
                    record.login(),
                    password))
        .orElseGet(
            () ->
                new ServerStatus(
                    null, null, python.version().orElse(null), false, login.isOn(), password));
  }

  private FileChannel lockFile() throws IOException {
    Files.createDirectories(files.directory());
    return FileChannel.open(files.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static UserFault fault(String message, String suggestion, IOException e) {
    return new UserFault(ExitCode.UNREACHABLE, "mlflow-server", message, null, suggestion, e);
  }
}
