package io.flowpp.platform.tracking;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How an experiment looks in the MLflow UI: its description and the columns of its run table, which
 * shows no metric by itself. A link names a view; without {@code workflowType} a fresh browser
 * lands on an empty page of traces.
 *
 * <p>There are two, for the UI nests runs only where they are sorted by time: {@link #RANKING} has
 * the whole runs alone, best first, and {@link #NESTED} has the stages under their runs, newest
 * first.
 */
final class SharedView {
  /** The tag that whole runs have, and neither their stages nor the sweeps above them. */
  static final String KIND = "flowpp.kind";

  static final String WHOLE = "run";

  private static final String RANKING = "flowpp-best";
  private static final String NESTED = "flowpp";
  private static final String PRIMARY = "metrics.`final/test_bpd`";
  private static final List<String> COLUMNS =
      List.of(
          "params.`seed`",
          "params.`training.steps`",
          "params.`model.parameters`",
          PRIMARY,
          "metrics.`best/val_bpd`",
          "metrics.`final/train_bpd`",
          "metrics.`perf/images_per_second`");
  private static final String NOTE =
      """
      **Flow++ runs, lower bits/dim is better.** `final/test_bpd`: importance-weighted bound on test images, the figure to compare.

      A run for each experiment; nested under it one for each stage: `prepare-data`, `pretrain-dequantizer`, `train-flow`, `evaluate`.

      - `best/val_bpd`: the lowest one-sample bound on validation images while training; `final/train_bpd`: the test's bound on a fixed part of the training images
      - `test/dequantization_gap`: what the variational dequantizer loses, bits/dim; `floor/...`: what simple coders reach on the same images
      - curves (`train/`, `val/`, `perf/`) stand on the run of `train-flow`; the report on the run above it; pictures best on `evaluate`, under *Model metrics* at the end
      """;

  private SharedView() {}

  /** The tags that an experiment should have. */
  static Map<String, String> experimentTags() {
    Map<String, String> tags = new LinkedHashMap<>();
    tags.put("mlflow.note.content", NOTE);
    tags.put("mlflow.experimentKind", "custom_model_development");
    tags.put("mlflow.experiment.primaryMetric.name", "final/test_bpd");
    tags.put("mlflow.experiment.primaryMetric.greaterIsBetter", "False");
    tags.put(key(NESTED), view(COLUMNS, "attributes.start_time", false, ""));
    tags.put(key(RANKING), view(COLUMNS, PRIMARY, true, "tags.`" + KIND + "` = '" + WHOLE + "'"));
    return tags;
  }

  /** The experiment's tag that holds a view. */
  static String key(String view) {
    return "mlflow.sharedViewState." + view;
  }

  /** As the UI reads it. */
  static String json(TableView view) {
    List<String> columns = new ArrayList<>();
    view.parameters().forEach(name -> columns.add("params.`" + name + "`"));
    view.metrics().forEach(name -> columns.add("metrics.`" + name + "`"));
    String filter =
        view.tags().stream()
            .map(tag -> tag.split("=", 2))
            .map(tag -> "tags.`" + tag[0] + "` = '" + tag[1] + "'")
            .collect(Collectors.joining(" and "));
    return view(
        columns,
        "metrics.`" + view.metrics().get(0) + "`",
        view.order() == TableView.Order.ASCENDING,
        filter);
  }

  /** Whole runs, best first. */
  static URI rankingPage(URI server, String experimentId) {
    return page(server, experimentId, RANKING);
  }

  /** Runs with their stages under them, newest first. */
  static URI nestedPage(URI server, String experimentId) {
    return page(server, experimentId, NESTED);
  }

  static URI runPage(URI server, String experimentId, String runId) {
    return page(server, runPath(experimentId, runId) + "?workflowType=machine_learning");
  }

  /** A run's page as a link within the UI. */
  static String runPath(String experimentId, String runId) {
    return "#/experiments/" + experimentId + "/runs/" + runId;
  }

  static URI modelPage(URI server, String model, String version) {
    return page(
        server, "#/models/" + model + "/versions/" + version + "?workflowType=machine_learning");
  }

  private static String view(
      List<String> columns, String orderByKey, boolean ascending, String filter) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("selectedColumns", columns);
    view.put("orderByKey", orderByKey);
    view.put("orderByAsc", ascending);
    view.put("searchFilter", filter);
    view.put("startTime", "ALL");
    view.put("lifecycleFilter", "Active");
    view.put("modelVersionFilter", "All Runs");
    view.put("datasetsFilter", List.of());
    try {
      return JsonMapper.builder().build().writeValueAsString(view);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a view that cannot be written as JSON: " + view, e);
    }
  }

  /** The run table in a view. */
  static URI page(URI server, String experimentId, String view) {
    return page(
        server,
        "#/experiments/"
            + experimentId
            + "/runs?workflowType=machine_learning&viewStateShareKey="
            + view);
  }

  private static URI page(URI server, String path) {
    return URI.create(server.toString().replaceAll("/+$", "") + "/" + path);
  }
}
