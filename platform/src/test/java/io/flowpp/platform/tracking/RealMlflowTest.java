package io.flowpp.platform.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Against the server that users get: its environment is made once in {@code target}, or in the
 * workspace that the property {@code flowpp.test.workspace} names.
 */
@Tag("slow")
class RealMlflowTest {
  private static final Duration PATIENCE = Duration.ofMinutes(6);
  private static final List<String> STAGES =
      List.of("prepare-data", "pretrain-dequantizer", "train-flow", "evaluate");
  private static final Path WORKSPACE =
      Path.of(System.getProperty("flowpp.test.workspace", "target/mlflow-workspace"));

  private static ServerSocket squatter;
  private static ManagedServer server;
  private static MlflowRest rest;

  @TempDir Path directory;
  private String experiment = "";

  @BeforeAll
  static void startServerBesideATakenPort() throws IOException {
    int port = Ports.free(5950);
    squatter = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    server = new ManagedServer(WORKSPACE, System.getenv(), port);
    server.down();
    ServerStatus status = server.up();
    assertThat(status.healthy()).isTrue();
    assertThat(status.uri()).isNotEqualTo(URI.create("http://127.0.0.1:" + port));
    rest = new MlflowRest(uri(), Credentials.none());
  }

  @AfterAll
  static void stopServer() throws IOException {
    squatter.close();
    URI address = uri();
    assertThat(server.down().healthy()).isFalse();
    assertThat(server.status().uri()).isNull();
    assertThat(Ports.isFree(address.getPort())).isTrue();
  }

  @BeforeEach
  void freshExperiment() {
    experiment = "e-" + UUID.randomUUID();
  }

  @Test
  void sweepOfStagesArrivesWhole() throws Exception {
    Path report =
        Files.writeString(directory.resolve("a report.html"), "<h1>ß</h1>".repeat(10_000));
    Path png = Files.write(directory.resolve("grid.png"), onePixel());
    Map<Long, Double> sent = new TreeMap<>();
    try (Tracker tracker = open()) {
      TrackedRun parent =
          tracker.start(
              new RunStart("p", "flow", null, Map.of("seed", "1"), Map.of("flowpp.run_id", "p")));
      for (String stage : STAGES) {
        TrackedRun run =
            tracker.start(
                new RunStart(
                    "p/" + stage, stage, "p", Map.of("empty", ""), Map.of("flowpp.stage", stage)));
        run.dataset("fashion", "0123456789abcdef", "train", "sample", "{\"num_rows\":10}");
        for (long step = 1; step <= 1500; step++) {
          double value = Math.sin(step) * 1e-7 + step;
          run.metrics(Map.of("train/bpd", value, "train/lr", 1e-3), step);
          sent.put(step, value);
        }
        run.metric("train/bpd", Double.NaN, 2000);
        run.metric("train/bpd", Double.POSITIVE_INFINITY, 2001);
        run.param("note", "x".repeat(7000));
        run.artifact(report, "deep/er/a report.html");
        run.image("samples", 10, png);
        run.image("samples", 20, png);
        run.end(stage.equals("evaluate") ? RunStatus.KILLED : RunStatus.FINISHED);
      }
      parent.end(RunStatus.FAILED);
      tracker.flush(PATIENCE);
      assertThat(tracker.state()).isEqualTo(TrackingState.SYNCED);
      assertThat(tracker.runPage("p")).isPresent();
      assertThat(tracker.experimentPage().orElseThrow().toString())
          .contains("workflowType=machine_learning")
          .contains("viewStateShareKey=");
    }

    Map<String, JsonNode> runs = runs();
    assertThat(runs).hasSize(5);
    String parentId = runs.get("p").path("info").path("run_id").asText();
    assertThat(status(runs, "p")).isEqualTo("FAILED");
    for (String stage : STAGES) {
      JsonNode run = runs.get("p/" + stage);
      assertThat(tags(run))
          .containsEntry("mlflow.parentRunId", parentId)
          .containsEntry("mlflow.runName", stage)
          .containsEntry("mlflow.loggedImages", "True");
      assertThat(tags(run).get("flowpp.not_finite")).startsWith("2 values");
      assertThat(status(runs, "p/" + stage))
          .isEqualTo(stage.equals("evaluate") ? "KILLED" : "FINISHED");
      assertThat(history(run, "train/bpd")).isEqualTo(sent);
      assertThat(history(run, "train/lr")).hasSize(1500);
      assertThat(run.path("inputs").path("dataset_inputs")).hasSize(1);
      String root =
          run.path("info").path("artifact_uri").asText().replaceFirst("mlflow-artifacts:/", "");
      byte[] back = download(root + "/deep/er/a%20report.html");
      assertThat(back).isEqualTo(Files.readAllBytes(report));
      List<String> pictures = rest.listArtifacts(root + "/images").findValuesAsText("path");
      assertThat(pictures)
          .hasSize(4)
          .allMatch(
              name ->
                  name.matches(
                      "samples\\+step\\+(10|20)\\+timestamp\\+\\d+\\+[0-9a-f-]{36}(\\+compressed)?\\.png"));
    }
  }

  @Test
  void everythingSentAgainChangesNothing() throws Exception {
    try (Tracker tracker = open()) {
      TrackedRun run = tracker.start(new RunStart("r", "run", null, Map.of("a", "1"), Map.of()));
      for (long step = 0; step < 300; step++) {
        run.metric("loss", 1.0 / (step + 1), step);
      }
      run.artifact(Files.writeString(directory.resolve("f.txt"), "f"), "f.txt");
      run.end(RunStatus.FINISHED);
      tracker.flush(PATIENCE);
    }
    JsonNode before = runs().get("r");
    try (Stream<Path> files = Files.list(directory)) {
      for (Path state :
          files.filter(file -> file.getFileName().toString().startsWith("sent-")).toList()) {
        Files.delete(state);
      }
    }
    try (Tracker tracker = open()) {
      tracker.flush(PATIENCE);
      assertThat(tracker.state()).isEqualTo(TrackingState.SYNCED);
    }
    assertThat(runs()).hasSize(1);
    assertThat(rows(before, "loss")).hasSize(300);
    assertThat(runs().get("r").path("data")).isEqualTo(before.path("data"));
    assertThat(status(runs(), "r")).isEqualTo("FINISHED");
  }

  @Test
  void resumedRunIsReopenedAndHasNoGapAndNoDoubleStep() throws Exception {
    String id;
    try (Tracker tracker = open()) {
      TrackedRun run = tracker.start(new RunStart("r", "run", null, Map.of(), Map.of()));
      for (long step = 1; step <= 100; step++) {
        run.metric("loss", step, step);
      }
      tracker.flush(PATIENCE);
      id = tracker.mlflowRunId("r").orElseThrow();
      for (long step = 101; step <= 110; step++) {
        run.metric("loss", step, step); // journalled, and perhaps not sent: the process dies here
      }
    }
    assertThat(status(runs(), "r")).isEqualTo("RUNNING");
    try (Tracker tracker = open()) {
      TrackedRun run =
          tracker.start(new RunStart("r", "run", null, Map.of(), Map.of("resumed", "1")));
      for (long step = 80; step <= 150; step++) {
        run.metric("loss", step, step);
      }
      run.end(RunStatus.FINISHED);
      tracker.flush(PATIENCE);
      assertThat(tracker.mlflowRunId("r")).isEqualTo(Optional.of(id));
    }
    assertThat(runs()).hasSize(1);
    List<JsonNode> rows = rows(runs().get("r"), "loss");
    assertThat(rows).hasSize(150);
    assertThat(history(runs().get("r"), "loss")).hasSize(150);
    assertThat(status(runs(), "r")).isEqualTo("FINISHED");
  }

  /** One that died is running on the server in any case. */
  @Test
  void runThatFailedIsRunningAgainWhenItIsTakenUp() throws Exception {
    try (Tracker tracker = open()) {
      tracker.start(new RunStart("r", "run", null, Map.of(), Map.of())).end(RunStatus.FAILED);
      tracker.flush(PATIENCE);
    }
    assertThat(status(runs(), "r")).isEqualTo("FAILED");
    try (Tracker tracker = open()) {
      TrackedRun run = tracker.start(new RunStart("r", "run", null, Map.of(), Map.of()));
      tracker.flush(PATIENCE);
      assertThat(status(runs(), "r")).isEqualTo("RUNNING");
      run.end(RunStatus.FINISHED);
      tracker.flush(PATIENCE);
    }
    assertThat(status(runs(), "r")).isEqualTo("FINISHED");
  }

  @Test
  void serverThatDiesIsStartedAgainAndGetsTheRest() throws Exception {
    try (Tracker tracker = open()) {
      TrackedRun run = tracker.start(new RunStart("r", "run", null, Map.of(), Map.of()));
      run.metric("loss", 1, 1);
      tracker.flush(PATIENCE);
      Long leader = server.status().pid();
      assertThat(leader).isNotNull();
      ProcessHandle.of(leader).orElseThrow().destroyForcibly(); // its worker lives on, and answers
      server.down();
      long begin = System.nanoTime();
      for (long step = 2; step <= 500; step++) {
        run.metric("loss", step, step);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
      run.end(RunStatus.FINISHED);
      tracker.flush(PATIENCE);
      assertThat(tracker.state()).isEqualTo(TrackingState.SYNCED);
    }
    rest = new MlflowRest(uri(), Credentials.none());
    assertThat(rows(runs().get("r"), "loss")).hasSize(500);
  }

  private Tracker open() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment
        .keySet()
        .removeIf(name -> name.startsWith("MLFLOW_") || name.equals("FLOWPP_OFFLINE"));
    return new DefaultTrackerFactory(
            new TrackingEnvironment(environment), server, Clock.systemUTC())
        .open(experiment, directory);
  }

  @Test
  void somebodyElsesServerThatTakesThePortMeanwhileIsNotTakenForOurs() throws Exception {
    server.down();
    int port = Ports.free(5970);
    ManagedServer late = new ManagedServer(WORKSPACE, System.getenv(), port);
    CompletableFuture<ServerStatus> up = CompletableFuture.supplyAsync(late::up);
    while (late.running().isEmpty()) {
      assertThat(up).isNotDone();
      Thread.onSpinWait();
    }
    HttpServer stranger =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    stranger.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    stranger.start();
    try {
      ServerStatus status = up.get(PATIENCE.toMinutes(), TimeUnit.MINUTES);
      assertThat(status.healthy()).isTrue();
      assertThat(status.uri()).isNotEqualTo(URI.create("http://127.0.0.1:" + port));
    } finally {
      stranger.stop(0);
    }
    rest = new MlflowRest(uri(), Credentials.none());
  }

  private static URI uri() {
    return Optional.ofNullable(server.status().uri()).orElseThrow();
  }

  /** By our key, with params, tags, last metrics and inputs. */
  private Map<String, JsonNode> runs() throws IOException {
    String id =
        rest.get("experiments/get-by-name", Map.of("experiment_name", experiment))
            .path("experiment")
            .path("experiment_id")
            .asText();
    Map<String, JsonNode> runs = new TreeMap<>();
    for (JsonNode run :
        rest.post("runs/search", Map.of("experiment_ids", List.of(id), "max_results", 100))
            .path("runs")) {
      JsonNode twin = runs.put(tags(run).getOrDefault("flowpp.key", ""), run);
      assertThat(twin).as("a second run of the same key").isNull();
    }
    return runs;
  }

  private static String status(Map<String, JsonNode> runs, String key) {
    return Optional.ofNullable(runs.get(key)).orElseThrow().path("info").path("status").asText();
  }

  private static Map<String, String> tags(JsonNode run) {
    Map<String, String> tags = new HashMap<>();
    run.path("data")
        .path("tags")
        .forEach(tag -> tags.put(tag.path("key").asText(), tag.path("value").asText()));
    return tags;
  }

  private static Map<Long, Double> history(JsonNode run, String metric) throws IOException {
    Map<Long, Double> history = new TreeMap<>();
    rows(run, metric)
        .forEach(row -> history.put(row.path("step").asLong(), row.path("value").asDouble()));
    return history;
  }

  private static List<JsonNode> rows(JsonNode run, String metric) throws IOException {
    JsonNode answer =
        rest.get(
            "metrics/get-history",
            Map.of(
                "run_id",
                run.path("info").path("run_id").asText(),
                "metric_key",
                metric,
                "max_results",
                "25000"));
    List<JsonNode> rows = new java.util.ArrayList<>();
    answer.path("metrics").forEach(rows::add);
    return rows;
  }

  private static byte[] download(String path) throws IOException, InterruptedException {
    URI at = URI.create(uri() + "/api/2.0/mlflow-artifacts/artifacts/" + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(at).build(), HttpResponse.BodyHandlers.ofByteArray())
        .body();
  }

  private static byte[] onePixel() throws IOException {
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    javax.imageio.ImageIO.write(
        new java.awt.image.BufferedImage(1, 1, java.awt.image.BufferedImage.TYPE_INT_RGB),
        "png",
        out);
    return out.toByteArray();
  }
}
