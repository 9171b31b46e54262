package io.flowpp.platform.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A server that knows as much of MLflow as a journal needs to arrive: one experiment, runs by our
 * key, their tags. It stores no artifacts, and so can stand for servers that take none.
 */
public final class StubMlflow implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final Map<String, Map<String, String>> tags = new ConcurrentHashMap<>();
  private final Set<String> asked = ConcurrentHashMap.newKeySet();
  private final String artifacts;
  private final int putStatus;

  private StubMlflow(HttpServer server, String artifacts, int putStatus) {
    this.server = server;
    this.artifacts = artifacts;
    this.putStatus = putStatus;
  }

  /**
   * @param artifacts where it says that artifacts go: {@code mlflow-artifacts:/1}
   * @param putStatus what it answers to an artifact
   */
  public static StubMlflow start(String artifacts, int putStatus) throws IOException {
    StubMlflow stub =
        new StubMlflow(
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0),
            artifacts,
            putStatus);
    stub.server.createContext("/", stub::answer);
    stub.server.start();
    return stub;
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Of the run of our key; its id is the key with another name. */
  public Map<String, String> tags(String key) {
    return tags.getOrDefault(id(key), Map.of());
  }

  /** What it was asked for so far: {@code mlflow/runs/create}. */
  public Set<String> asked() {
    return Set.copyOf(asked);
  }

  public static String id(String key) {
    return "id-of-" + key.replace('/', '-');
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean put = exchange.getRequestMethod().equals("PUT");
      byte[] asked = exchange.getRequestBody().readAllBytes();
      Object body =
          put
              ? Map.of()
              : body(exchange.getRequestURI(), asked.length == 0 ? "{}" : new String(asked, UTF_8));
      byte[] answer = JSON.writeValueAsBytes(body);
      exchange.sendResponseHeaders(put ? putStatus : 200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private Object body(URI uri, String text) throws IOException {
    JsonNode asked = JSON.readTree(text);
    String path = uri.getPath().replaceFirst("^/api/2.0/", "");
    this.asked.add(path);
    return switch (path) {
      case "mlflow/experiments/get-by-name" ->
          Map.of("experiment", Map.of("experiment_id", "1", "lifecycle_stage", "active"));
      case "mlflow/runs/search" ->
          found(asked.path("filter").asText().replaceAll(".*'(.*)'", "$1"));
      case "mlflow/runs/get" -> run(uri.getQuery().replaceFirst("run_id=", ""));
      case "mlflow/runs/create" -> created(asked);
      case "mlflow/runs/log-batch" -> {
        asked.path("tags").forEach(tag -> set(asked.path("run_id").asText(), tag));
        yield Map.of();
      }
      case "mlflow/runs/set-tag" -> {
        set(asked.path("run_id").asText(), asked);
        yield Map.of();
      }
      default -> Map.of();
    };
  }

  private Object found(String key) {
    return tags.containsKey(id(key))
        ? Map.of("runs", java.util.List.of(run(id(key)).get("run")))
        : Map.of("runs", java.util.List.of());
  }

  private Object created(JsonNode asked) {
    Map<String, String> first = new TreeMap<>();
    asked
        .path("tags")
        .forEach(tag -> first.put(tag.path("key").asText(), tag.path("value").asText()));
    String id = id(first.getOrDefault(MlflowRuns.KEY_TAG, ""));
    tags.put(id, new ConcurrentHashMap<>(first));
    return run(id);
  }

  private Map<String, Object> run(String id) {
    return Map.of(
        "run",
        Map.of(
            "info",
            Map.of(
                "run_id",
                id,
                "experiment_id",
                "1",
                "lifecycle_stage",
                "active",
                "artifact_uri",
                artifacts + "/" + id + "/artifacts")));
  }

  private void set(String id, JsonNode tag) {
    tags.computeIfAbsent(id, any -> new ConcurrentHashMap<>())
        .put(tag.path("key").asText(), tag.path("value").asText());
  }
}
