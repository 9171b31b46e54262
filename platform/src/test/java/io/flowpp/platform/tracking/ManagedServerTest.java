package io.flowpp.platform.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server meets in a long life, with the server that users get. */
@Tag("slow")
class ManagedServerTest {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  /** A database as MLflow 2.0 left it, with an experiment. */
  private static final String OLD_DATABASE =
      """
      import sys, sqlalchemy
      from alembic import command
      from mlflow.store.db.utils import _get_alembic_config
      from mlflow.store.tracking.dbmodels.initial_models import Base
      url = "sqlite:///" + sys.argv[1]
      engine = sqlalchemy.create_engine(url)
      Base.metadata.create_all(engine)
      command.upgrade(_get_alembic_config(url), "97727af70f4d")
      with engine.begin() as connection:
          connection.execute(sqlalchemy.text(
              "INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage)"
              " VALUES (7, 'of-long-ago', 'mlflow-artifacts:/7', 'active')"))
      """;

  private static final String REVISION =
      """
      import sys, sqlite3
      found = sqlite3.connect(sys.argv[1]).execute("SELECT version_num FROM alembic_version").fetchall()
      sys.exit(0 if found == [(sys.argv[2],)] else "found " + str(found))
      """;

  @TempDir static Path workspace;
  @TempDir Path directory;
  private static ManagedServer server;
  private static PythonEnvironment python;
  private static Path home = Path.of("");

  @BeforeAll
  static void prepare() throws IOException {
    SharedEnvironment.lend(workspace);
    Map<String, String> environment = SharedEnvironment.variables();
    server = new ManagedServer(workspace, environment, Ports.free(5900));
    python = new PythonEnvironment(workspace, environment);
    home = workspace.resolve("mlflow");
  }

  @AfterAll
  static void stop() {
    server.down();
  }

  @AfterEach
  void withoutLogin() throws IOException {
    new ServerLogin(new ServerFiles(home)).turnOff();
  }

  @Test
  void loginShutsOutStrangersAndOurRunsLogInByThemselves() throws Exception {
    ServerStatus status = server.up(ManagedServer.Login.ON);
    URI uri = Objects.requireNonNull(status.uri());
    Path file = Objects.requireNonNull(status.passwordFile());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home)))
        .isEqualTo("rwx------");
    String password = Files.readString(file);
    assertThat(password).hasSizeGreaterThan(24);

    assertThatThrownBy(() -> search(uri, Credentials.none()))
        .isInstanceOfSatisfying(
            MlflowRefusal.class, refusal -> assertThat(refusal.status()).isEqualTo(401));
    assertThat(statusOf(uri, "evil.example")).contains(" 403 ");
    assertThat(statusOf(uri, "127.0.0.1:" + uri.getPort())).contains(" 401 ");
    for (InetAddress address : otherAddresses()) {
      assertThat(listens(address, uri.getPort())).as(address.toString()).isFalse();
    }

    try (Tracker tracker = open()) {
      TrackedRun run = tracker.start(new RunStart("r", "run", null, Map.of(), Map.of()));
      run.metric("loss", 1, 1);
      run.artifact(Files.writeString(directory.resolve("a.txt"), "a"), "a.txt");
      run.end(RunStatus.FINISHED);
      tracker.flush(PATIENCE);
      assertThat(tracker.state()).isEqualTo(TrackingState.SYNCED);
    }
    assertThat(ProcessList.commandLines()).noneMatch(line -> line.contains(password));
    assertThat(ProcessList.environment(Objects.requireNonNull(status.pid())))
        .contains("MLFLOW_DISABLE_TELEMETRY=true", "DO_NOT_TRACK=true");
    for (String name : List.of("server.log", "mlflow.db", "users.db", "login.ini", "server.json")) {
      assertThat(Files.readString(home.resolve(name), java.nio.charset.StandardCharsets.ISO_8859_1))
          .as(name)
          .doesNotContain(password);
    }

    // the administrator has changed it on the server, and not in the file
    Files.writeString(file, "another-password-of-the-admin");
    try (Tracker tracker = open()) {
      tracker.start(new RunStart("r2", "run", null, Map.of(), Map.of()));
      assertThat(Troubles.await(tracker))
          .contains("401")
          .contains(file.toString())
          .doesNotContain("\n");
    }
    Files.writeString(file, password);

    ServerStatus open = server.up(ManagedServer.Login.OFF);
    assertThat(open.login()).isFalse();
    assertThat(search(Objects.requireNonNull(open.uri()), Credentials.none())).isNotNull();
  }

  @Test
  void databaseOfAnOldVersionIsMigratedAndTheCopyOfBeforeIsKept() throws Exception {
    server.down();
    Path old = directory.resolve("old.db");
    python.run("-c", OLD_DATABASE, old.toString());
    // a migration that was killed: the database is half of each version, the copy is whole
    Files.writeString(home.resolve("mlflow.db"), "neither old nor new");
    Files.writeString(home.resolve("migrating"), old.toString());
    Files.writeString(home.resolve("store-version"), "2.0.1");

    ServerStatus status = server.up();
    assertThat(status.healthy()).isTrue();
    List<String> names = new ArrayList<>();
    search(Objects.requireNonNull(status.uri()), Credentials.none())
        .path("experiments")
        .forEach(experiment -> names.add(experiment.path("name").asText()));
    assertThat(names).contains("of-long-ago");
    Path copy = home.resolve("copies").resolve("mlflow-2.0.1-before-" + status.version() + ".db");
    python.run("-c", REVISION, copy.toString(), "97727af70f4d");
    assertThat(home.resolve("store-version")).hasContent(Objects.requireNonNull(status.version()));
    assertThat(home.resolve("migrating")).doesNotExist();
  }

  @Test
  void databaseThatCannotBeMigratedIsLeftAsItWas() throws Exception {
    server.down();
    Path database = home.resolve("mlflow.db");
    Files.deleteIfExists(database);
    python.run(
        "-c",
        "import sqlite3, sys\nwith sqlite3.connect(sys.argv[1]) as c:\n"
            + "  c.execute('CREATE TABLE alembic_version (version_num TEXT)')\n"
            + "  c.execute(\"INSERT INTO alembic_version VALUES ('unheard-of')\")\n",
        database.toString());
    Files.writeString(home.resolve("store-version"), "3.0.0");
    try {
      assertThatThrownBy(() -> server.up())
          .isInstanceOfSatisfying(
              UserFault.class,
              fault -> {
                assertThat(fault.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
                assertThat(fault.line()).contains("unheard-of").contains("is as it was before");
              });
      python.run("-c", REVISION, database.toString(), "unheard-of");
      assertThat(home.resolve("store-version")).hasContent("3.0.0");
    } finally {
      Files.delete(database);
    }
  }

  @Test
  void databaseOfANewerVersionIsNotTouched() throws Exception {
    server.down();
    Path database = home.resolve("mlflow.db");
    byte[] before = "of the future".getBytes(UTF_8);
    Files.write(database, before);
    Files.writeString(home.resolve("store-version"), "99.1.0");
    try {
      assertThatThrownBy(() -> server.up())
          .isInstanceOfSatisfying(
              UserFault.class,
              fault -> assertThat(fault.line()).contains("99.1.0").contains("copies"));
      assertThat(database).hasBinaryContent(before);
    } finally {
      Files.delete(database);
    }
  }

  @Test
  void serverOfAnOlderVersionIsReplacedAndOneOfANewerVersionIsJoined() throws Exception {
    ServerStatus first = server.up();
    rewriteRecord("\"version\":\"" + first.version(), "\"version\":\"99.0.0");
    assertThat(server.up().pid()).isEqualTo(first.pid());
    rewriteRecord("\"version\":\"99.0.0", "\"version\":\"3.0.0");
    ServerStatus second = server.up();
    assertThat(second.pid()).isNotEqualTo(first.pid());
    assertThat(ProcessHandle.of(Objects.requireNonNull(first.pid()))).isEmpty();

    // what it said at its start has left the log since
    Files.writeString(home.resolve("server.log"), "");
    assertThat(server.status().healthy()).isTrue();
    assertThat(server.up().pid()).isEqualTo(second.pid());
  }

  @Test
  void numberOfADeadServerThatAStrangerHasNowIsNoServer() throws Exception {
    server.down();
    Process stranger = new ProcessBuilder("sleep", "600").start();
    try {
      new ServerRecord(stranger.pid(), "other", 5000, "3.17.2", false, true)
          .write(home.resolve("server.json"));
      assertThat(server.status().uri()).isNull();
      ServerStatus status = server.up();
      assertThat(status.healthy()).isTrue();
      assertThat(status.pid()).isNotEqualTo(stranger.pid());
      assertThat(stranger.isAlive()).isTrue();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void logIsOfBoundedSize() throws Exception {
    Path script = directory.resolve("serve.py");
    try (InputStream in = ManagedServer.class.getResourceAsStream("serve.py")) {
      Files.copy(Objects.requireNonNull(in), script);
    }
    Path log = directory.resolve("chatty.log");
    String chatty = "for i in range(2_600): print('x' * 10_000)\nprint('the end')";
    Process process =
        new ProcessBuilder(
                python.python().toString(),
                script.toString(),
                log.toString(),
                python.python().toString(),
                "-c",
                chatty)
            .start();
    assertThat(process.waitFor()).isZero();
    try (Stream<Path> logs = Files.list(directory)) {
      assertThat(logs.filter(file -> file.getFileName().toString().startsWith("chatty")).toList())
          .hasSize(4)
          .allMatch(file -> file.toFile().length() <= 5_000_000);
    }
    assertThat(Files.readString(log)).endsWith("the end\n");
  }

  @Test
  void environmentWhoseMakerWasKilledIsMadeAgain() throws Exception {
    Path fresh = directory.resolve("fresh");
    PythonEnvironment made = new PythonEnvironment(fresh, SharedEnvironment.variables());
    Path script = home.resolve("prepare/prepare.sh");
    assertThat(server.interpreter().usable()).isTrue(); // lays out the script
    Process maker =
        new ProcessBuilder("setsid", "bash", script.toString(), fresh.toString()).start();
    while (isWithoutVenv(fresh)) {
      assertThat(maker.isAlive()).isTrue();
      Thread.sleep(20);
    }
    new ProcessBuilder("bash", "-c", "kill -9 -- -" + maker.pid()).start().waitFor();
    maker.waitFor();
    assertThat(made.version()).isEmpty();
    made.prepare();
    assertThat(made.version()).isEqualTo(python.version());
    made.run("-c", "import mlflow.server.auth, psycopg2");
  }

  private static boolean isWithoutVenv(Path fresh) throws IOException {
    if (!Files.isDirectory(fresh.resolve("mlflow"))) {
      return true;
    }
    try (Stream<Path> all = Files.list(fresh.resolve("mlflow"))) {
      return all.noneMatch(path -> Files.exists(path.resolve("pyvenv.cfg")));
    }
  }

  private void rewriteRecord(String from, String to) throws IOException {
    Path record = home.resolve("server.json");
    String text = Files.readString(record);
    assertThat(text).contains(from);
    Files.writeString(record, text.replace(from, to));
  }

  private Tracker open() {
    return new DefaultTrackerFactory(
            new TrackingEnvironment(SharedEnvironment.variables()), server, Clock.systemUTC())
        .open("e", directory);
  }

  private static JsonNode search(URI uri, Credentials credentials) throws IOException {
    return new MlflowRest(uri, credentials).get("experiments/search", Map.of("max_results", "100"));
  }

  /** Java's own clients let nobody set this header. */
  private static String statusOf(URI uri, String host) throws IOException {
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket
          .getOutputStream()
          .write(
              ("GET /api/2.0/mlflow/experiments/search?max_results=1 HTTP/1.1\r\nHost: "
                      + host
                      + "\r\nConnection: close\r\n\r\n")
                  .getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8)
          .lines()
          .findFirst()
          .orElse("");
    }
  }

  private static List<InetAddress> otherAddresses() throws IOException {
    List<InetAddress> addresses = new ArrayList<>();
    for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      for (InetAddress address : Collections.list(network.getInetAddresses())) {
        if (address instanceof Inet4Address && !address.isLoopbackAddress()) {
          addresses.add(address);
        }
      }
    }
    return addresses;
  }

  private static boolean listens(InetAddress address, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), 1000);
      return true;
    } catch (IOException refused) {
      return false;
    }
  }
}
