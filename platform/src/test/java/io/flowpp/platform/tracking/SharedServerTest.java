package io.flowpp.platform.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server of docker-compose.yml: the file as docker-compose reads it, and its services with
 * their commands and environments as plain processes: a real PostgreSQL, the real MLflow.
 */
@Tag("slow")
class SharedServerTest {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final Map<String, String> SECRETS =
      Map.of(
          "FLOWPP_DATABASE_PASSWORD", "recognisable-of-the-database",
          "FLOWPP_ADMIN_PASSWORD", "recognisable-of-the-admin",
          "FLOWPP_SIGNING_KEY", "recognisable-signing-key");

  @TempDir Path directory;
  private Process server;
  private URI uri = URI.create("http://127.0.0.1");

  @Test
  void fileIsValidAndRefusesToStartWithoutEachOfItsSecrets() throws Exception {
    Compose.Config whole = Compose.config(SECRETS);
    assertThat(whole.exitCode()).as(whole.text()).isZero();
    for (String secret : SECRETS.keySet()) {
      Map<String, String> rest = new TreeMap<>(SECRETS);
      rest.put(secret, "");
      Compose.Config refused = Compose.config(rest);
      assertThat(refused.exitCode()).isNotZero();
      assertThat(refused.text()).contains(secret).contains(".env.example");
    }
    assertThat(Files.readString(Compose.PROJECT.resolve(".env.example")))
        .contains(SECRETS.keySet().stream().map(name -> "\n" + name + "=\n").toList());
  }

  @Test
  void servicesArePinnedCheckedAndReachedFromThisMachineOnly() throws Exception {
    Compose.Config config = Compose.config(SECRETS);
    assertThat(config.service("database").get("image"))
        .asString()
        .matches("postgres:\\d+\\.\\d+-\\w+");
    assertThat(config.service("database")).doesNotContainKey("ports");
    assertThat(config.service("tracking").get("ports").toString()).contains("127.0.0.1");
    assertThat(config.service("tracking").get("image"))
        .isEqualTo("flowpp-mlflow:" + version("infra/mlflow/requirements.txt", "mlflow=="));
    assertThat(version("infra/docker/mlflow/Dockerfile", "FROM python:"))
        .matches("\\d+\\.\\d+\\.\\d+");
    for (String service : List.of("database", "tracking")) {
      assertThat(config.service(service)).containsKeys("healthcheck", "restart", "volumes");
    }
    for (String secret : SECRETS.values()) {
      assertThat(config.command("tracking")).noneMatch(word -> word.contains(secret));
    }
  }

  @Test
  void runThroughTheLoginOutlivesServerAndDatabase() throws Exception {
    Compose.Config config = Compose.config(SECRETS);
    try (PostgresCluster database =
        PostgresCluster.start(SECRETS.get("FLOWPP_DATABASE_PASSWORD"))) {
      startServer(config, database);
      assertThatThrownBy(() -> factory(Map.of()).checkReachable())
          .isInstanceOfSatisfying(
              UserFault.class,
              fault -> {
                assertThat(fault.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
                assertThat(fault.line()).contains("401").contains("MLFLOW_TRACKING_USERNAME");
              });

      Map<String, String> admin = login("admin", SECRETS.get("FLOWPP_ADMIN_PASSWORD"));
      Path file = Files.writeString(directory.resolve("a file.txt"), "kept");
      factory(admin).checkReachable();
      try (Tracker tracker = factory(admin).open("shared", directory.resolve("admin"))) {
        TrackedRun run =
            tracker.start(new RunStart("r", "run", null, Map.of("seed", "1"), Map.of()));
        for (long step = 1; step <= 50; step++) {
          run.metric("loss", 1.0 / step, step);
        }
        run.artifact(file, "a file.txt");
        run.end(RunStatus.FINISHED);
        tracker.flush(PATIENCE);
        assertThat(tracker.trouble()).isEmpty();
        assertThat(tracker.state()).isEqualTo(TrackingState.SYNCED);
      }
      othersMayReadAndNotWrite(admin);
      assertThat(ProcessList.commandLines())
          .noneMatch(line -> SECRETS.values().stream().anyMatch(line::contains));
      String dump = database.dump();
      SECRETS.values().forEach(secret -> assertThat(dump).doesNotContain(secret));

      stopServer();
      database.stop();
      database.start();
      startServer(config, database);
      MlflowRest rest =
          new MlflowRest(uri, Credentials.basic("admin", SECRETS.get("FLOWPP_ADMIN_PASSWORD")));
      JsonNode run =
          rest.post("runs/search", Map.of("experiment_ids", List.of(experiment(rest))))
              .at("/runs/0");
      assertThat(run.at("/info/status").asText()).isEqualTo("FINISHED");
      JsonNode history =
          rest.get(
              "metrics/get-history",
              Map.of("run_id", run.at("/info/run_id").asText(), "metric_key", "loss"));
      assertThat(history.path("metrics")).hasSize(50);
      String root = run.at("/info/artifact_uri").asText().replaceFirst("^mlflow-artifacts:/+", "");
      assertThat(rest.listArtifacts(root).at("/0/file_size").asLong()).isEqualTo(4);
    } finally {
      stopServer();
    }
  }

  /** A user without rights on an experiment: its runs are kept in the journal, with one line. */
  private void othersMayReadAndNotWrite(Map<String, String> admin) throws Exception {
    Credentials credentials = Credentials.from(admin);
    HttpRequest create =
        HttpRequest.newBuilder(uri.resolve("/api/2.0/mlflow/users/create"))
            .header("Content-Type", "application/json")
            .header("Authorization", credentials.header().orElseThrow())
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"username\":\"ben\",\"password\":\"recognisable-of-ben\"}"))
            .build();
    assertThat(
            HttpClient.newHttpClient()
                .send(create, HttpResponse.BodyHandlers.ofString())
                .statusCode())
        .isEqualTo(200);
    Map<String, String> ben = login("ben", "recognisable-of-ben");
    factory(ben).checkReachable();
    try (Tracker tracker = factory(ben).open("shared", directory.resolve("ben"))) {
      tracker.start(new RunStart("b", "run", null, Map.of(), Map.of())).metric("loss", 1, 1);
      assertThat(Troubles.await(tracker))
          .contains("403")
          .contains("MLFLOW_TRACKING_USERNAME")
          .doesNotContain("\n");
    }
  }

  private void startServer(Compose.Config config, PostgresCluster database) throws Exception {
    int port = Ports.free(5930);
    uri = URI.create("http://127.0.0.1:" + port);
    Map<String, String> environment = new HashMap<>(config.environment("tracking"));
    environment.put("PGHOST", "127.0.0.1");
    environment.put("PGPORT", Integer.toString(database.port()));
    environment.put(
        "MLFLOW_AUTH_CONFIG_PATH",
        Compose.PROJECT.resolve("infra/docker/mlflow/login.ini").toString());
    List<String> command = new ArrayList<>(List.of(SharedEnvironment.python().toString(), "-m"));
    for (String word : config.command("tracking")) {
      command.add(
          switch (word) {
            case "0.0.0.0" -> "127.0.0.1";
            case "5000" -> Integer.toString(port);
            case "/var/lib/mlflow/artifacts" -> directory.resolve("artifacts").toString();
            default -> word;
          });
    }
    Path log = directory.resolve("server.log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(Files.createDirectories(directory.resolve("home")).toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    Environments.withoutMlflow(builder.environment(), System.getenv());
    builder.environment().putAll(environment);
    server = builder.start();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!answers()) {
      assertThat(server.isAlive()).as(() -> read(log)).isTrue();
      assertThat(System.nanoTime()).as(() -> read(log)).isLessThan(deadline);
      Thread.sleep(200);
    }
    SECRETS.values().forEach(secret -> assertThat(read(log)).doesNotContain(secret));
  }

  private void stopServer() throws InterruptedException {
    if (server != null) {
      List<ProcessHandle> children = server.descendants().toList();
      server.destroy();
      if (!server.waitFor(30, TimeUnit.SECONDS)) {
        server.destroyForcibly();
      }
      children.forEach(ProcessHandle::destroyForcibly);
    }
  }

  private boolean answers() {
    try {
      HttpURLConnection health =
          (HttpURLConnection) uri.resolve("/health").toURL().openConnection();
      health.setReadTimeout(2000);
      return health.getResponseCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  private Map<String, String> login(String user, String password) throws IOException {
    Path file = Files.createTempFile(directory, "password", "");
    Files.writeString(file, password);
    return Map.of(
        "MLFLOW_TRACKING_USERNAME", user, "MLFLOW_TRACKING_PASSWORD_FILE", file.toString());
  }

  private TrackerFactory factory(Map<String, String> login) {
    Map<String, String> environment = new HashMap<>(login);
    environment.put("MLFLOW_TRACKING_URI", uri.toString());
    return new DefaultTrackerFactory(
        new TrackingEnvironment(environment),
        ManagedServer.of(directory, environment),
        Clock.systemUTC());
  }

  private static String experiment(MlflowRest rest) throws IOException {
    return rest.get("experiments/get-by-name", Map.of("experiment_name", "shared"))
        .at("/experiment/experiment_id")
        .asText();
  }

  private static String version(String file, String before) throws IOException {
    String text = Files.readString(Compose.PROJECT.resolve(file));
    return text.substring(text.indexOf(before) + before.length()).split("[^0-9.]")[0];
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }
}
