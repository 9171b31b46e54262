package io.flowpp.platform.beam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.stage.StageJson;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A Flink session cluster, as its REST address shows it. None is ever started here: a Flink inside
 * the driver would be a different machine from the one that was asked for.
 */
record FlinkCluster(String master, int slots, Path jobJar) {
  static final String MASTER = "FLOWPP_FLINK_MASTER";

  /** The launcher says it. */
  static final String JOB_JAR = "flowpp.flink.job-jar";

  /** The minor version that the runner is made for. */
  private static final String VERSION = "1.19.";

  private static final Pattern ADDRESS =
      Pattern.compile("[\\w.-]+:\\d{1,5}|\\[[\\da-fA-F:]+\\]:\\d{1,5}");
  private static final String CAUSED_BY = "Caused by: ";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /**
   * @param environment of the process
   * @param jobJar what goes to the cluster; null where the launcher named none
   * @throws UserFault where there is no such cluster, or none that could work
   */
  static FlinkCluster find(Map<String, String> environment, @Nullable String jobJar) {
    if (jobJar == null || !Files.isRegularFile(Path.of(jobJar))) {
      throw new UserFault(
          ExitCode.USAGE,
          "no-job-jar",
          jobJar == null ? "no job jar for the cluster was named" : "no job jar in " + jobJar,
          JOB_JAR,
          "start with ./flowpp, which makes it and names it");
    }
    String master = environment.getOrDefault(MASTER, "");
    if (!ADDRESS.matcher(master).matches()) {
      throw new UserFault(
          ExitCode.USAGE,
          "no-flink-master",
          master.isEmpty()
              ? "the runner flink needs a cluster, and none is named"
              : "expected host:port, found '" + master + "'",
          MASTER,
          "set it to the REST address of a Flink 1.19 session cluster, such as localhost:8081; infra/flink/cluster.sh starts one on this machine");
    }
    return new FlinkCluster(master, slots(master), Path.of(jobJar));
  }

  /** Beam's options for a pipeline on this cluster. */
  List<String> options() {
    return List.of(
        "--flinkMaster=" + master,
        "--filesToStage=" + jobJar.toAbsolutePath(),
        "--parallelism=" + slots,
        // a worker that dies takes nothing with it that others have finished or still do
        "--executionModeForBatch=BATCH_FORCED",
        "--attachedMode=false",
        "--jobCheckIntervalInSecs=1");
  }

  /**
   * Why the newest job of that name failed, as the cluster has it: {@code ": cause"}, or nothing.
   */
  String failure(String jobName) {
    JsonNode newest = MissingNode.getInstance();
    for (JsonNode job : ask("/jobs/overview").path("jobs")) {
      if (job.path("name").asText().equals(jobName)
          && job.path("start-time").asLong() >= newest.path("start-time").asLong()) {
        newest = job;
      }
    }
    if (newest.isMissingNode()) {
      return "";
    }
    String trace =
        ask("/jobs/" + newest.path("jid").asText() + "/exceptions").path("root-exception").asText();
    return trace
        .lines()
        .filter(line -> line.startsWith(CAUSED_BY))
        .reduce((first, second) -> second)
        .or(() -> trace.lines().findFirst())
        .map(line -> ": " + line.replaceFirst("^" + CAUSED_BY, ""))
        .orElse("");
  }

  private static int slots(String master) {
    JsonNode overview = ask(master, "/overview");
    String version = overview.path("flink-version").asText("");
    if (version.isEmpty()) {
      throw unreachable(master, "what answers there is no Flink cluster", null);
    }
    if (!version.startsWith(VERSION)) {
      throw new UserFault(
          ExitCode.USAGE,
          "flink-version",
          "expected Flink " + VERSION + "x, found " + version,
          master,
          "name a cluster of that version in " + MASTER);
    }
    int slots = overview.path("slots-total").asInt();
    if (slots == 0) {
      throw unreachable(master, "the cluster has no TaskManager", null);
    }
    return slots;
  }

  private JsonNode ask(String path) {
    return ask(master, path);
  }

  private static JsonNode ask(String master, String path) {
    HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + master + path)).timeout(PATIENCE).build();
    try {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != HttpURLConnection.HTTP_OK || !answer.body().startsWith("{")) {
        throw unreachable(master, "what answers there is no Flink cluster", null);
      }
      return StageJson.read(answer.body(), JsonNode.class);
    } catch (IOException e) {
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw unreachable(master, "no Flink cluster answers: " + reason, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable(master, "interrupted while asking the cluster", e);
    }
  }

  private static UserFault unreachable(String master, String message, @Nullable Throwable cause) {
    UserFault fault =
        new UserFault(
            ExitCode.UNREACHABLE,
            "flink-unreachable",
            message,
            master,
            "start the cluster with a TaskManager, or name another one in " + MASTER);
    if (cause != null) {
      fault.initCause(cause);
    }
    return fault;
  }
}
