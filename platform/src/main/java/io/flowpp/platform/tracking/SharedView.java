package io.flowpp.platform.tracking;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How an experiment looks in the MLflow UI: its description and the columns of its run table, which
 * shows no metric by itself. A link names the view; without {@code workflowType} a fresh browser
 * lands on an empty page of traces.
 */
final class SharedView {
  private static final String KEY = "flowpp";
  private static final List<String> COLUMNS =
      List.of(
          "tags.`flowpp.stage`",
          "params.`seed`",
          "metrics.`final/test_bpd`",
          "metrics.`best/val_bpd`",
          "metrics.`final/train_bpd`",
          "metrics.`perf/images_per_second`");
  private static final String NOTE =
      """
      Flow++ experiments: a run for each experiment, nested under it one for each stage
      (`prepare-data`, `pretrain-dequantizer`, `train-flow`, `evaluate`).

      All `bpd` metrics are bits per dimension: lower is better. `final/test_bpd` is the importance-weighted bound on the test images.
      """;

  private SharedView() {}

  /** The tags that an experiment should have. */
  static Map<String, String> experimentTags() {
    // Sorted by time, not by a metric: sorting by a metric flattens the nesting.
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("selectedColumns", COLUMNS);
    view.put("orderByKey", "attributes.start_time");
    view.put("orderByAsc", false);
    view.put("searchFilter", "");
    view.put("startTime", "ALL");
    view.put("lifecycleFilter", "Active");
    view.put("modelVersionFilter", "All Runs");
    view.put("datasetsFilter", List.of());
    Map<String, String> tags = new LinkedHashMap<>();
    tags.put("mlflow.note.content", NOTE);
    tags.put("mlflow.experimentKind", "custom_model_development");
    try {
      tags.put(
          "mlflow.sharedViewState." + KEY, JsonMapper.builder().build().writeValueAsString(view));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a view that cannot be written as JSON: " + view, e);
    }
    return tags;
  }

  static URI experimentPage(URI server, String experimentId) {
    return page(
        server, experimentId + "/runs?workflowType=machine_learning&viewStateShareKey=" + KEY);
  }

  static URI runPage(URI server, String experimentId, String runId) {
    return page(server, experimentId + "/runs/" + runId + "?workflowType=machine_learning");
  }

  private static URI page(URI server, String rest) {
    return URI.create(server.toString().replaceAll("/+$", "") + "/#/experiments/" + rest);
  }
}
