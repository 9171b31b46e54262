package io.flowpp.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.hash.Hashing;
import com.google.inject.Guice;
import io.flowpp.core.spec.OptimizerSpec;
import io.flowpp.core.spec.PretrainingSpec;
import io.flowpp.core.spec.SchedulePiece;
import io.flowpp.core.spec.ScheduleSpec;
import io.flowpp.core.spec.StabilitySpec;
import io.flowpp.core.spec.TrainingSpec;
import io.flowpp.platform.config.ExperimentConfig;
import io.flowpp.platform.execution.RunExperiment;
import io.flowpp.platform.execution.RunRecord;
import io.flowpp.platform.execution.RunRequest;
import io.flowpp.platform.execution.RunResult;
import io.flowpp.platform.execution.Surroundings;
import io.flowpp.platform.execution.TinyExperiment;
import io.flowpp.platform.tracking.ManagedServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole run, read back from the MLflow server that users get, through its REST interface. */
@Tag("slow")
class TrackedRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SERVER =
      Path.of(System.getProperty("flowpp.test.workspace", "target/mlflow-workspace"));
  private static final int STEPS = 30;

  private static ManagedServer server = ManagedServer.of(SERVER, System.getenv());
  private static URI uri = URI.create("http://127.0.0.1");

  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir Path temporary;

  /** Each test finds a server, also after one that has stopped it. */
  @BeforeEach
  void startServer() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.keySet().removeIf(name -> name.startsWith("MLFLOW_"));
    server = ManagedServer.of(SERVER, environment);
    uri = Objects.requireNonNull(server.up().uri());
  }

  @AfterAll
  static void stopServer() {
    server.down();
  }

  @Test
  void aKilledAndResumedRunArrivesAsOneParentAndFourChildrenWithoutGapOrDoubleStep()
      throws Exception {
    Path workspace = temporary.resolve("workspace");
    FlowppProcess killed = run(workspace);
    Path scratch = workspace.resolve("scratch").resolve("train-flow");
    killed.awaitThat("checkpoint", () -> !Checkpointed.in(scratch).isEmpty());
    killed.kill();
    FlowppProcess resumed = run(workspace);
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    JsonNode answer = resumed.json();
    assertThat(answer.path("tracking").asText()).isEqualTo("synced");
    assertThat(answer.path("tracking_uri").asText()).isEqualTo(uri.toString());

    JsonNode parent = fetchRun(answer.path("mlflow_run_id").asText());
    assertThat(parent.at("/info/status").asText()).isEqualTo("FINISHED");
    assertThat(tags(parent))
        .containsEntry("flowpp.run_id", answer.path("run_id").asText())
        .containsEntry("flowpp.version", Surroundings.version())
        .containsKeys("mlflow.note.content", "mlflow.source.name", "flowpp.seed");
    assertThat(tags(parent).get("flowpp.version")).matches("\\d+\\.\\d+.*");
    assertThat(tags(parent).get("flowpp.djl")).matches("\\d+\\.\\d+.*");
    assertThat(last(parent, "final/test_bpd"))
        .isEqualTo(answer.at("/metrics/test~1bpd").asDouble());
    assertThat(children(parent)).isEqualTo(4);

    for (JsonNode stage : answer.path("stages")) {
      JsonNode run = fetchRun(stage.path("mlflow_run_id").asText());
      assertThat(run.at("/info/status").asText()).isEqualTo("FINISHED");
      assertThat(tags(run))
          .containsEntry("mlflow.parentRunId", parent.at("/info/run_id").asText())
          .containsEntry("flowpp.stage", stage.path("name").asText())
          .containsEntry("flowpp.stage_key", stage.path("key").asText());
      assertThat(tags(run).get("mlflow.note.content")).contains("To repeat it:");
      if (stage.path("name").asText().equals("train-flow")) {
        assertThat(stage.path("status").asText()).isEqualTo("resumed");
        assertThat(history(run, "train/bpd"))
            .isEqualTo(IntStream.rangeClosed(1, STEPS).boxed().toList());
        assertThat(sha256(artifact(run, "checkpoints/final-ema.safetensors")))
            .isEqualTo(sha256(Files.readAllBytes(weights(workspace, stage))));
      }
    }
    Path report = Path.of(answer.path("report").asText());
    assertThat(sha256(artifact(parent, "report.html")))
        .isEqualTo(sha256(Files.readAllBytes(report)));
    for (String file : List.of("per-image.csv", "samples.png")) {
      assertThat(artifact(parent, file)).isEqualTo(Files.readAllBytes(report.resolveSibling(file)));
    }
    assertThat(artifact(parent, "figures/curves.png"))
        .isEqualTo(Files.readAllBytes(report.resolveSibling("curves.png")));

    server.down();
    FlowppProcess cached = run(workspace);
    assertThat(cached.exitCode()).as(cached.err()).isZero();
    assertThat(cached.json().path("stages"))
        .allMatch(s -> "cached".equals(s.path("status").asText()));
    assertThat(cached.json().path("stages").findValuesAsText("mlflow_run_id"))
        .isEqualTo(answer.path("stages").findValuesAsText("mlflow_run_id"));
    assertThat(cached.json().path("metrics")).isEqualTo(answer.path("metrics"));
  }

  /**
   * One step with an immense learning rate: the steps after it are not finite, and a return makes
   * it small.
   */
  @Test
  void stepsThatAreNotFiniteAndTheReturnAreOnTheRunsPage() throws Exception {
    ScheduleSpec leap =
        new ScheduleSpec.Pieces(
            List.of(
                new SchedulePiece.Hold(1e-33, 6),
                new SchedulePiece.Hold(1., 7),
                new SchedulePiece.Hold(1e-33, SchedulePiece.FOREVER)));
    TrainingSpec training =
        new TrainingSpec(12, 4, 16, new OptimizerSpec(1e30, .9, .999, 1e-8), leap, .9, 1, 5, 8, 2)
            .with(new StabilitySpec(2, 1e-35, 3));
    ExperimentConfig config =
        TinyExperiment.withTraining(
            TinyExperiment.withPretraining(
                TinyExperiment.config(TinyExperiment.images(temporary.resolve("images"))),
                new PretrainingSpec.None()),
            training);
    RunRequest request =
        new RunRequest(
            TinyExperiment.loaded(config, temporary),
            null,
            RunRequest.Freshness.REUSE,
            null,
            "./flowpp run tiny.yaml",
            null);
    StringWriter said = new StringWriter();
    RunResult result;
    try (ProgressDisplay display = ProgressDisplay.on(new PrintWriter(said))) {
      result =
          Guice.createInjector(
                  new PlatformModule(
                      temporary.resolve("workspace"),
                      Map.of("MLFLOW_TRACKING_URI", uri.toString())))
              .getInstance(RunExperiment.class)
              .run(request, display, () -> false);
    }
    assertThat(result.metrics())
        .containsEntry("train/skipped", 2.)
        .containsEntry("train/returns", 1.);
    assertThat(said.toString())
        .contains("train-flow: skipped step 8: ")
        .contains("train-flow: went back from step 9 to 6, learning rate times 1.00e-35");
    String stage =
        result.stages().stream()
            .filter(s -> s.name().equals("train-flow"))
            .map(RunRecord.Stage::mlflowRunId)
            .findFirst()
            .orElseThrow();
    JsonNode run = fetchRun(stage);
    assertThat(last(run, "train/skipped")).isEqualTo(2);
    assertThat(last(run, "train/returns")).isEqualTo(1);
    assertThat(history(run, "train/skipped")).containsExactly(8, 9, 12);
    assertThat(history(run, "train/returns")).containsExactly(9, 12);
    assertThat(tags(run).get("flowpp.skipped")).startsWith("2 steps, the last at 9: ");
    assertThat(tags(run).get("flowpp.returns")).startsWith("1, the last from step 9 to 6");
    assertThat(history(run, "train/bpd")).isEqualTo(IntStream.rangeClosed(1, 12).boxed().toList());
    JsonNode parent = fetchRun(Objects.requireNonNull(result.mlflowRunId()));
    assertThat(tags(parent).get("mlflow.note.content"))
        .contains("2 steps were not finite and were skipped")
        .contains("went back to a checkpoint 1 times");
  }

  private static FlowppProcess run(Path workspace) {
    return FlowppProcess.start(
        workspace,
        Map.of("MLFLOW_TRACKING_URI", uri.toString(), "FLOWPP_OFFLINE", ""),
        "run",
        "../experiments/smoke.yaml",
        "--json",
        "training.steps=" + STEPS,
        "training.checkpoint-every=5",
        "pretraining.steps=4",
        "evaluation.images=8",
        "evaluation.samples=2");
  }

  private static Path weights(Path workspace, JsonNode stage) {
    return workspace
        .resolve("stages")
        .resolve(stage.path("name").asText())
        .resolve(stage.path("key").asText())
        .resolve("weights.safetensors");
  }

  @Test
  void anAcceptedBaselinesRunHasTheAliasAndAcceptingAgainMovesItAndShowsTheOldValue()
      throws Exception {
    Path file = temporary.resolve("regression").resolve("alias.yaml");
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        """
        experiments:
          tiny:
            base: %s
            set:
              pretraining.kind: none
              training.steps: 4
              training.schedule.warmup: 2
              training.validate-every: 0
              training.checkpoint-every: 0
              tracking.sample-grids: 0
              evaluation: {images: 4, samples: 1, grid: 4}
            seeds: [1]
        checks: {exactness: {}}
        """
            .formatted(Path.of("../experiments/smoke.yaml").toAbsolutePath().normalize()));
    JsonNode first = accept(file, "the first");
    assertThat(first.at("/changes/0/before").isNull()).isTrue();
    JsonNode before = alias("regress-alias-tiny", "ci-baseline");
    JsonNode second = accept(file, "the second");
    assertThat(second.path("models").get(0).asText())
        .isEqualTo("models:/regress-alias-tiny@ci-baseline");
    assertThat(second.at("/changes/0/name").asText()).isEqualTo("exactness");
    assertThat(second.at("/changes/0/before").asInt()).isEqualTo(1);
    assertThat(second.at("/changes/0/after").asInt()).isEqualTo(1);
    JsonNode after = alias("regress-alias-tiny", "ci-baseline");
    assertThat(after.path("run_id").asText()).isNotEqualTo(before.path("run_id").asText());
    assertThat(tags(fetchRun(after.path("run_id").asText())).get("flowpp.run_id"))
        .startsWith("regress-alias-tiny");
    JsonNode baseline =
        JSON.readTree(temporary.resolve("baselines").resolve("alias.json").toFile());
    assertThat(baseline.path("reason").asText()).isEqualTo("the second");
    String weights = baseline.at("/experiments/tiny/seeds/0/weightsSha256").asText();
    assertThat(after.path("tags").toString()).contains(weights);
  }

  private JsonNode accept(Path file, String reason) throws Exception {
    FlowppProcess accept =
        FlowppProcess.start(
            temporary.resolve("gate"),
            Map.of("MLFLOW_TRACKING_URI", uri.toString()),
            "regress",
            "accept",
            file.toString(),
            "--reason",
            reason,
            "--json");
    assertThat(accept.exitCode()).as(accept.err()).isZero();
    return accept.json();
  }

  private JsonNode alias(String model, String alias) throws Exception {
    String path = "/api/2.0/mlflow/registered-models/alias?name=" + model + "&alias=" + alias;
    return JSON.readTree(get(path)).path("model_version");
  }

  private JsonNode fetchRun(String id) throws Exception {
    return JSON.readTree(get("/api/2.0/mlflow/runs/get?run_id=" + id)).path("run");
  }

  private int children(JsonNode parent) throws Exception {
    String body =
        JSON.writeValueAsString(
            Map.of(
                "experiment_ids",
                List.of(parent.at("/info/experiment_id").asText()),
                "filter",
                "tags.`mlflow.parentRunId` = '" + parent.at("/info/run_id").asText() + "'"));
    HttpRequest request =
        HttpRequest.newBuilder(uri.resolve("/api/2.0/mlflow/runs/search"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return JSON.readTree(send(request)).path("runs").size();
  }

  private List<Integer> history(JsonNode run, String metric) throws Exception {
    String id = run.at("/info/run_id").asText();
    List<Integer> steps = new ArrayList<>();
    JSON.readTree(get("/api/2.0/mlflow/metrics/get-history?run_id=" + id + "&metric_key=" + metric))
        .path("metrics")
        .forEach(point -> steps.add(point.path("step").asInt()));
    return steps.stream().sorted().toList();
  }

  private byte[] artifact(JsonNode run, String path) throws Exception {
    String root = run.at("/info/artifact_uri").asText().replaceFirst("^mlflow-artifacts:/", "");
    return get("/api/2.0/mlflow-artifacts/artifacts/" + root + "/" + path);
  }

  private byte[] get(String path) throws Exception {
    return send(HttpRequest.newBuilder(uri.resolve(path)).build());
  }

  private byte[] send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).as(request.uri().toString()).isEqualTo(200);
    return answer.body();
  }

  private static Map<String, String> tags(JsonNode run) {
    Map<String, String> tags = new HashMap<>();
    run.at("/data/tags").forEach(t -> tags.put(t.path("key").asText(), t.path("value").asText()));
    return tags;
  }

  private static double last(JsonNode run, String metric) {
    for (JsonNode point : run.at("/data/metrics")) {
      if (point.path("key").asText().equals(metric)) {
        return point.path("value").asDouble();
      }
    }
    throw new AssertionError("no metric " + metric);
  }

  private static String sha256(byte[] content) {
    return Hashing.sha256().hashBytes(content).toString();
  }
}
