package io.flowpp.platform.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowpp.platform.tracking.SentState.MlflowRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds and makes experiments and runs. Making one is not idempotent, so each is looked for first:
 * a run by the tag with our key.
 */
final class MlflowRuns {
  static final String KEY_TAG = "flowpp.key";

  private static final int MAX_TAGS = 100;

  private final MlflowRest rest;

  MlflowRuns(MlflowRest rest) {
    this.rest = rest;
  }

  /** The id of the experiment of that name, with its description and view brought up to date. */
  String experiment(String name) throws IOException {
    JsonNode experiment = findExperiment(name).orElse(null);
    if (experiment == null) {
      try {
        return rest.post(
                "experiments/create",
                Map.of("name", name, "tags", tags(SharedView.experimentTags())))
            .path("experiment_id")
            .asText();
      } catch (MlflowRefusal e) {
        if (!e.isTaken()) {
          throw e;
        }
        return experiment(name); // another process was quicker
      }
    }
    if (experiment.path("lifecycle_stage").asText().equals("deleted")) {
      throw new IOException(
          "the experiment '"
              + name
              + "' is deleted on the server; restore it there, or set another tracking.experiment");
    }
    String id = experiment.path("experiment_id").asText();
    Map<String, String> present = new HashMap<>();
    experiment
        .path("tags")
        .forEach(tag -> present.put(tag.path("key").asText(), tag.path("value").asText()));
    for (Map.Entry<String, String> tag : SharedView.experimentTags().entrySet()) {
      // What somebody wrote about the experiment is theirs; the view is ours.
      boolean keep =
          tag.getKey().equals("mlflow.note.content") && present.containsKey(tag.getKey());
      if (!keep && !tag.getValue().equals(present.get(tag.getKey()))) {
        rest.post(
            "experiments/set-experiment-tag",
            Map.of("experiment_id", id, "key", tag.getKey(), "value", tag.getValue()));
      }
    }
    return id;
  }

  void view(String experimentId, TableView view) throws IOException {
    rest.post(
        "experiments/set-experiment-tag",
        Map.of(
            "experiment_id",
            experimentId,
            "key",
            SharedView.key(view.name()),
            "value",
            SharedView.json(view)));
  }

  Optional<MlflowRun> find(String experimentId, String key) throws IOException {
    JsonNode runs =
        rest.post(
                "runs/search",
                Map.of(
                    "experiment_ids",
                    List.of(experimentId),
                    "filter",
                    "tags.`" + KEY_TAG + "` = '" + key + "'",
                    "run_view_type",
                    "ACTIVE_ONLY",
                    "order_by",
                    List.of("attributes.start_time ASC"),
                    "max_results",
                    1))
            .path("runs");
    return runs.isEmpty() ? Optional.empty() : Optional.of(run(runs.get(0)));
  }

  /**
   * @param tags the first hundred are set at once; the caller sends them all again in a batch
   */
  MlflowRun create(String experimentId, Event.Started started, Map<String, String> tags)
      throws IOException {
    List<Map<String, String>> first = new ArrayList<>(tags(Map.of(KEY_TAG, started.run())));
    first.addAll(
        tags(tags).stream()
            .filter(tag -> !KEY_TAG.equals(tag.get("key")))
            .limit(MAX_TAGS - 1)
            .toList());
    return run(
        rest.post(
                "runs/create",
                Map.of(
                    "experiment_id",
                    experimentId,
                    "run_name",
                    started.name(),
                    "start_time",
                    started.time(),
                    "tags",
                    first))
            .path("run"));
  }

  void reopen(MlflowRun run) throws IOException {
    rest.post("runs/update", Map.of("run_id", run.id(), "status", "RUNNING"));
  }

  void end(MlflowRun run, RunStatus status, long time) throws IOException {
    rest.post("runs/update", Map.of("run_id", run.id(), "status", status.name(), "end_time", time));
  }

  void tag(MlflowRun run, String key, String value) throws IOException {
    rest.post("runs/set-tag", Map.of("run_id", run.id(), "key", key, "value", value));
  }

  boolean isDeleted(MlflowRun run) throws IOException {
    return info(run.id()).path("lifecycle_stage").asText().equals("deleted");
  }

  String experimentOf(String runId) throws IOException {
    return info(runId).path("experiment_id").asText();
  }

  MlflowRun get(String runId) throws IOException {
    return run(rest.get("runs/get", Map.of("run_id", runId)).path("run"));
  }

  private JsonNode info(String runId) throws IOException {
    return rest.get("runs/get", Map.of("run_id", runId)).path("run").path("info");
  }

  private Optional<JsonNode> findExperiment(String name) throws IOException {
    try {
      JsonNode answer = rest.get("experiments/get-by-name", Map.of("experiment_name", name));
      return Optional.of(answer.path("experiment"));
    } catch (MlflowRefusal e) {
      if (e.isMissing()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static MlflowRun run(JsonNode run) {
    JsonNode info = run.path("info");
    return new MlflowRun(info.path("run_id").asText(), info.path("artifact_uri").asText());
  }

  private static List<Map<String, String>> tags(Map<String, String> tags) {
    return tags.entrySet().stream()
        .map(tag -> Map.of("key", tag.getKey(), "value", tag.getValue()))
        .toList();
  }
}
