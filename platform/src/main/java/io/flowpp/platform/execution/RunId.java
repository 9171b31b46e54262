package io.flowpp.platform.execution;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowpp.platform.config.ExperimentConfig;
import io.flowpp.platform.stage.StageJson;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The name of a run: the same configuration on the same raw data gives the same, on any machine,
 * with any runner, device and number of threads.
 */
final class RunId {
  private static final int DIGITS = 12;
  private static final int READABLE = 40;

  private RunId() {}

  static String of(ExperimentConfig config, String rawDigest) {
    ObjectNode tree = (ObjectNode) StageJson.tree(config);
    tree.remove("execution");
    // What is shown of a run is not what it is; under another experiment it is another run there.
    ((ObjectNode) tree.get("tracking")).retain("experiment");
    ((ObjectNode) tree.get("data")).remove("source"); // a place, not a content
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("config", tree);
    content.put("raw", rawDigest);
    return slug(config.name()) + "-" + StageJson.digest(content).substring(0, DIGITS);
  }

  static String slug(String name) {
    String slug =
        name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    if (slug.isEmpty()) {
      return "run";
    }
    return slug.length() <= READABLE ? slug : slug.substring(0, READABLE);
  }
}
