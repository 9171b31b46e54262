package io.flowpp.platform.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowpp.platform.tracking.SentState.MlflowRun;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Registered models and their versions on one server. Making a version is not idempotent, so it is
 * looked for first, by the run that it comes from.
 */
final class ModelVersions {
  private static final String MODEL_NOTE =
      "Flow++ models, a version for each run that asked for it by `tracking.register` or `flowpp runs promote`. "
          + "`champion` and `ci-baseline` are aliases: a command takes `models:/NAME@ALIAS` wherever it takes a run.";

  private final MlflowRest rest;

  ModelVersions(MlflowRest rest) {
    this.rest = rest;
  }

  /**
   * Makes the run a version of the model, where it is none yet.
   *
   * @param description with its links complete
   */
  void ensure(ModelVersion version, MlflowRun run, String description) throws IOException {
    if (find(version.model(), run.id()).isEmpty()) {
      create(version, run, description);
    }
  }

  /**
   * @return the version's number
   */
  String create(ModelVersion version, MlflowRun run, String description) throws IOException {
    ensureModel(version.model());
    return rest.post(
            "model-versions/create",
            Map.of(
                "name",
                version.model(),
                "source",
                run.artifacts() + "/" + version.folder(),
                "run_id",
                run.id(),
                "description",
                description,
                "tags",
                tags(version.tags())))
        .path("model_version")
        .path("version")
        .asText();
  }

  void alias(String model, String version, String alias) throws IOException {
    rest.post("registered-models/alias", Map.of("name", model, "alias", alias, "version", version));
  }

  /** The version of that alias or number, as MLflow tells it; empty where there is none. */
  Optional<JsonNode> named(String model, ModelReference.Which which) throws IOException {
    try {
      JsonNode answer =
          which instanceof ModelReference.Alias alias
              ? rest.get("registered-models/alias", Map.of("name", model, "alias", alias.name()))
              : rest.get(
                  "model-versions/get",
                  Map.of("name", model, "version", ((ModelReference.Number) which).version()));
      return Optional.of(answer.path("model_version"));
    } catch (MlflowRefusal e) {
      // An alias that is not there is an invalid parameter to the server.
      if (e.isPermanent()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** The number of the version that a run is; empty where it is none. */
  Optional<String> find(String model, String runId) throws IOException {
    JsonNode versions =
        rest.get(
                "model-versions/search",
                Map.of(
                    "filter",
                    "name = '" + model + "' and run_id = '" + runId + "'",
                    "max_results",
                    "1"))
            .path("model_versions");
    return versions.isEmpty()
        ? Optional.empty()
        : Optional.of(versions.get(0).path("version").asText());
  }

  private void ensureModel(String name) throws IOException {
    try {
      rest.get("registered-models/get", Map.of("name", name));
      return;
    } catch (MlflowRefusal e) {
      if (!e.isMissing()) {
        throw e;
      }
    }
    try {
      rest.post("registered-models/create", Map.of("name", name, "description", MODEL_NOTE));
    } catch (MlflowRefusal e) {
      if (!e.isTaken()) { // else another process was quicker
        throw e;
      }
    }
  }

  private static List<Map<String, String>> tags(Map<String, String> tags) {
    return tags.entrySet().stream()
        .map(tag -> Map.of("key", tag.getKey(), "value", tag.getValue()))
        .toList();
  }
}
