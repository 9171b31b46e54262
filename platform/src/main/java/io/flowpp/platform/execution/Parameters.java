package io.flowpp.platform.execution;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowpp.core.spec.ParameterCount;
import io.flowpp.platform.config.LoadedExperiment;
import io.flowpp.platform.stage.StageName;
import java.util.Map;
import java.util.TreeMap;

/** A configuration as the flat names and values that trackers know. */
final class Parameters {
  private Parameters() {}

  static Map<String, String> of(LoadedExperiment experiment) {
    Map<String, String> flat = new TreeMap<>();
    flatten("", experiment.tree(), flat);
    ParameterCount count = ParameterCount.of(experiment.config().model());
    flat.put("model.parameters", String.valueOf(count.total()));
    flat.put("model.parameters.dequantizer", String.valueOf(count.dequantizer()));
    flat.put("model.parameters.flow", String.valueOf(count.flow()));
    return flat;
  }

  /**
   * Those of a stage's run: all of them, so that filters find it, but for the evaluation, whose run
   * shows pictures and has only what it reads.
   */
  static Map<String, String> of(StageName stage, Map<String, String> all) {
    if (stage != StageName.EVALUATE) {
      return all;
    }
    Map<String, String> read = new TreeMap<>(all);
    read.keySet()
        .removeIf(
            key -> !key.equals("name") && !key.equals("seed") && !key.startsWith("evaluation."));
    return read;
  }

  private static void flatten(String path, JsonNode node, Map<String, String> flat) {
    if (node.isObject()) {
      node.fields()
          .forEachRemaining(
              field ->
                  flatten(
                      path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                      field.getValue(),
                      flat));
    } else if (node.isValueNode()) {
      flat.put(path, node.asText());
    } else {
      flat.put(path, node.toString());
    }
  }
}
