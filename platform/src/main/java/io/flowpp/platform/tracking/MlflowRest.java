package io.flowpp.platform.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * MLflow's REST interface over {@code java.net.http}. MLflow's own Java client has no time-outs (a
 * server that accepts and never answers holds the thread for ever), ignores
 * MLFLOW_TRACKING_USERNAME, _PASSWORD and _TOKEN, and starts a Python for every artifact.
 */
final class MlflowRest {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER =
      Duration.ofSeconds(60); // a locked SQLite store answers after 20 s
  private static final long SLOWEST_UPLOAD = 256 * 1024; // bytes a second
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  private final String root;
  private final Credentials credentials;
  private final HttpClient http;

  MlflowRest(URI server, ServerAccess access) {
    this.root = server.toString().replaceAll("/+$", "");
    this.credentials = access.credentials();
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .version(HttpClient.Version.HTTP_1_1)
            // A redirection would take the login to wherever it leads, and turn a POST into a GET.
            .followRedirects(HttpClient.Redirect.NEVER);
    access.tls().context().ifPresent(builder::sslContext);
    this.http = builder.build();
  }

  MlflowRest(URI server, Credentials credentials) {
    this(server, ServerAccess.of(credentials));
  }

  /**
   * @param path below {@code /api/2.0/mlflow/}: {@code runs/create}
   */
  JsonNode post(String path, Object body) throws IOException {
    byte[] json;
    try {
      json = MAPPER.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a request that cannot be written as JSON: " + body, e);
    }
    HttpRequest.Builder request =
        request("/api/2.0/mlflow/" + path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(json));
    return send(path, request, ANSWER);
  }

  JsonNode get(String path, Map<String, String> query, Duration patience) throws IOException {
    return send(path, request("/api/2.0/mlflow/" + path + encode(query)).GET(), patience);
  }

  JsonNode get(String path, Map<String, String> query) throws IOException {
    return get(path, query, ANSWER);
  }

  /** A question that costs the server next to nothing. */
  void ask(Duration patience) throws IOException {
    get("experiments/search", Map.of("max_results", "1"), patience);
  }

  /** Streams a file to the artifact proxy. @param path below its root, unencoded */
  void putArtifact(String path, Path file) throws IOException {
    Duration patience = ANSWER.plusSeconds(Files.size(file) / SLOWEST_UPLOAD);
    HttpRequest.Builder request =
        request("/api/2.0/mlflow-artifacts/artifacts/" + encodePath(path))
            .PUT(BodyPublishers.ofFile(file));
    send("artifact " + path, request, patience);
  }

  /** The SHA-256 of what the artifact proxy has, streamed. */
  String artifactSha256(String path, long size) throws IOException {
    Duration patience = ANSWER.plusSeconds(size / SLOWEST_UPLOAD);
    HttpRequest.Builder request =
        request("/api/2.0/mlflow-artifacts/artifacts/" + encodePath(path)).GET();
    String what = "artifact " + path;
    HttpResponse<String> response =
        exchange(
            what,
            request,
            patience,
            head ->
                isSuccess(head.statusCode())
                    ? Sha256Body.subscriber()
                    : BodySubscribers.ofString(UTF_8));
    return isSuccess(response.statusCode())
        ? response.body()
        : answer(what, response).asText(); // which throws
  }

  /**
   * The files of a folder in the artifact proxy, with {@code path} (their names) and {@code
   * file_size}.
   */
  JsonNode listArtifacts(String folder) throws IOException {
    String at = "/api/2.0/mlflow-artifacts/artifacts" + encode(Map.of("path", folder));
    return send("artifacts of " + folder, request(at).GET(), ANSWER).path("files");
  }

  private HttpRequest.Builder request(String at) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(root + at));
    credentials.header().ifPresent(value -> request.header("Authorization", value));
    return request;
  }

  private JsonNode send(String what, HttpRequest.Builder builder, Duration patience)
      throws IOException {
    return answer(what, exchange(what, builder, patience, BodyHandlers.ofString()));
  }

  private HttpResponse<String> exchange(
      String what,
      HttpRequest.Builder builder,
      Duration patience,
      HttpResponse.BodyHandler<String> body)
      throws IOException {
    // The request's own time-out ends with the headers of the answer; the future's covers the body
    // too.
    CompletableFuture<HttpResponse<String>> pending =
        http.sendAsync(builder.timeout(patience).build(), body);
    try {
      return pending.get(patience.toMillis() + 1000, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      pending.cancel(true);
      throw new IOException(what + ": no answer within " + patience.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      pending.cancel(true);
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException(what + ": interrupted").initCause(e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof java.net.http.HttpTimeoutException) {
        throw new IOException(what + ": no answer within " + patience.toSeconds() + " s", cause);
      }
      if (cause instanceof IOException io) {
        throw io;
      }
      throw new IOException(what + ": " + cause, cause);
    }
  }

  private static boolean isSuccess(int status) {
    return status / 100 == 2;
  }

  private static JsonNode answer(String what, HttpResponse<String> response) throws IOException {
    if (response.statusCode() / 100 == 3) {
      throw new MlflowRefusal(
          what,
          response.statusCode(),
          "",
          "it redirects to " + response.headers().firstValue("Location").orElse("nowhere"));
    }
    boolean success = isSuccess(response.statusCode());
    JsonNode body;
    try {
      body = MAPPER.readTree(response.body());
    } catch (JsonProcessingException e) {
      if (success) {
        throw new IOException(
            what + ": the answer is no JSON; is this the address of an MLflow server?", e);
      }
      body = MAPPER.createObjectNode();
    }
    if (!success) {
      throw new MlflowRefusal(
          what,
          response.statusCode(),
          body.path("error_code").asText(),
          body.path("message").asText());
    }
    return body;
  }

  private static String encode(Map<String, String> query) {
    return query.entrySet().stream()
        .map(
            entry ->
                URLEncoder.encode(entry.getKey(), UTF_8)
                    + "="
                    + URLEncoder.encode(entry.getValue(), UTF_8))
        .collect(Collectors.joining("&", "?", ""));
  }

  private static String encodePath(String path) {
    return Arrays.stream(path.split("/"))
        .map(part -> URLEncoder.encode(part, UTF_8).replace("+", "%20"))
        .collect(Collectors.joining("/"));
  }
}
