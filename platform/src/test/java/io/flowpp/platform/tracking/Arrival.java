package io.flowpp.platform.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Compares the journals of a workspace with what a server answers through REST: every run once,
 * every value of every curve exactly once, every artifact with its digest, the right end.
 */
public final class Arrival {
  private final MlflowRest rest;
  private final Map<String, JsonNode> found = new TreeMap<>();
  private int values;
  private int artifacts;

  private Arrival(URI server) {
    this.rest = new MlflowRest(server, Credentials.none());
  }

  /** All runs of the experiment on the server are those of the journals, and whole. */
  public static Arrival whole(Path journals, URI server, String experiment) throws IOException {
    Arrival arrival = new Arrival(server);
    arrival.search(experiment);
    Map<String, RunEvents> expected = new TreeMap<>();
    try (Stream<Path> directories = Files.list(journals)) {
      for (Path directory : directories.filter(Files::isDirectory).toList()) {
        JournalReader.each(
            directory,
            0,
            event ->
                expected.computeIfAbsent(event.run(), key -> new RunEvents(directory)).add(event));
      }
    }
    assertThat(arrival.found.keySet()).as("runs on the server").isEqualTo(expected.keySet());
    for (Map.Entry<String, RunEvents> run : expected.entrySet()) {
      arrival.compare(run.getKey(), run.getValue());
    }
    return arrival;
  }

  public int runs() {
    return found.size();
  }

  /** Values of curves. */
  public int values() {
    return values;
  }

  public int artifacts() {
    return artifacts;
  }

  /**
   * The steps of a curve on the server as often as they are there, in order, by the keys of the
   * runs that have it.
   *
   * @param keyEnd how the runs' keys end: {@code /train-flow}
   */
  public Map<String, List<Integer>> steps(String keyEnd, String metric) throws IOException {
    Map<String, List<Integer>> steps = new TreeMap<>();
    for (Map.Entry<String, JsonNode> run : found.entrySet()) {
      if (run.getKey().endsWith(keyEnd)) {
        steps.put(
            run.getKey(),
            rows(run.getValue().at("/info/run_id").asText(), metric).stream()
                .map(row -> Integer.valueOf(row.substring(0, row.indexOf(' '))))
                .sorted()
                .toList());
      }
    }
    return steps;
  }

  /** Of all runs. */
  public List<String> statuses() {
    return found.values().stream().map(run -> run.at("/info/status").asText()).toList();
  }

  private void search(String experiment) throws IOException {
    String id =
        rest.get("experiments/get-by-name", Map.of("experiment_name", experiment))
            .at("/experiment/experiment_id")
            .asText();
    for (JsonNode run :
        rest.post("runs/search", Map.of("experiment_ids", List.of(id), "max_results", 1000))
            .path("runs")) {
      JsonNode twin = found.put(pairs(run.at("/data/tags")).getOrDefault("flowpp.key", ""), run);
      assertThat(twin).as("a second run of one key").isNull();
    }
  }

  private void compare(String key, RunEvents events) throws IOException {
    JsonNode run = found.get(key);
    String id = run.at("/info/run_id").asText();
    assertThat(run.at("/info/status").asText()).as("status of %s", key).isEqualTo(events.status);
    assertThat(pairs(run.at("/data/params"))).as("parameters of %s", key).isEqualTo(events.params);
    events.tags.values().removeIf(value -> value.contains(TrackedRun.PAGE)); // linked when sent
    assertThat(pairs(run.at("/data/tags"))).as("tags of %s", key).containsAllEntriesOf(events.tags);
    for (Map.Entry<String, List<String>> curve : events.curves.entrySet()) {
      List<String> rows = rows(id, curve.getKey());
      assertThat(rows)
          .as("%s of %s", curve.getKey(), key)
          .containsExactlyInAnyOrderElementsOf(curve.getValue());
      values += rows.size();
    }
    assertThat(pairs(run.at("/data/metrics")).keySet())
        .as("curves of %s", key)
        .isEqualTo(events.curves.keySet());
    String root =
        run.at("/info/artifact_uri").asText().replaceFirst("^mlflow-artifacts:/+", "") + "/";
    for (Event.ArtifactSaved artifact : events.artifacts.values()) {
      assertThat(rest.artifactSha256(root + artifact.path(), artifact.size()))
          .as("%s of %s", artifact.path(), key)
          .isEqualTo(artifact.sha256());
      artifacts++;
    }
    for (Event.Pictured picture : events.pictures) {
      Path file = events.directory.resolve(JournalledRun.IMAGES).resolve(picture.file());
      String name =
          String.format(
              "images/%s+step+%d+timestamp+%d+%s",
              picture.key(), picture.step(), picture.time(), picture.file());
      assertThat(rest.artifactSha256(root + name, Files.size(file)))
          .isEqualTo(Digests.sha256(file));
      artifacts++;
    }
  }

  private List<String> rows(String runId, String metric) throws IOException {
    List<String> rows = new ArrayList<>();
    String token = "";
    do {
      Map<String, String> query =
          new HashMap<>(Map.of("run_id", runId, "metric_key", metric, "max_results", "10000"));
      if (!token.isEmpty()) {
        query.put("page_token", token);
      }
      JsonNode answer = rest.get("metrics/get-history", query);
      for (JsonNode row : answer.path("metrics")) {
        rows.add(
            row(
                row.path("step").asLong(),
                row.path("timestamp").asLong(),
                row.path("value").asDouble()));
      }
      token = answer.path("next_page_token").asText();
    } while (!token.isEmpty());
    return rows;
  }

  private static String row(long step, long time, double value) {
    return step + " " + time + " " + value;
  }

  private static Map<String, String> pairs(JsonNode list) {
    Map<String, String> pairs = new TreeMap<>();
    list.forEach(pair -> pairs.put(pair.path("key").asText(), pair.path("value").asText()));
    return pairs;
  }

  /** What a journal says of one run. */
  private static final class RunEvents {
    private final Path directory;
    private final Map<String, String> params = new TreeMap<>();
    private final Map<String, String> tags = new TreeMap<>();
    private final Map<String, List<String>> curves = new TreeMap<>();
    private final Map<String, Event.ArtifactSaved> artifacts = new TreeMap<>();
    private final List<Event.Pictured> pictures = new ArrayList<>();
    private String status = "RUNNING";

    RunEvents(Path directory) {
      this.directory = directory;
    }

    void add(Event event) {
      if (event instanceof Event.Started started) {
        params.putAll(started.params());
        tags.putAll(started.tags());
        status = "RUNNING";
      } else if (event instanceof Event.Metrics metrics) {
        metrics
            .values()
            .forEach(
                (key, value) ->
                    curves
                        .computeIfAbsent(key, any -> new ArrayList<>())
                        .add(row(metrics.step(), metrics.time(), value)));
      } else if (event instanceof Event.Parameter param) {
        params.put(param.key(), param.value());
      } else if (event instanceof Event.Tagged tag) {
        tags.put(tag.key(), tag.value());
      } else if (event instanceof Event.ArtifactSaved artifact) {
        artifacts.put(artifact.path(), artifact);
      } else if (event instanceof Event.Pictured picture) {
        pictures.add(picture);
      } else if (event instanceof Event.Ended ended) {
        status = ended.status().name();
      }
    }
  }
}
