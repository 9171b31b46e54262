package io.flowpp.platform.execution;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowpp.platform.config.LoadedExperiment;
import io.flowpp.platform.config.Origin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run is called in tables: the experiment's name, what the command line changed of its file,
 * and the seed, so that trials of one file can be told apart.
 */
final class RunTitle {
  private static final int TOLD = 4;
  private static final int LONGEST = 100;

  private RunTitle() {}

  /** The name of a run made from another one, as long as a name may be. */
  static String derived(String name, String suffix) {
    return name.substring(0, Math.min(name.length(), LONGEST - suffix.length())) + suffix;
  }

  /** {@code smoke · steps=30 · dropout=0.1 · seed 1}. */
  static String of(LoadedExperiment experiment) {
    List<String> changed = changed(experiment);
    StringBuilder title = new StringBuilder(experiment.config().name());
    Map<String, Integer> leaves = new HashMap<>();
    changed.forEach(key -> leaves.merge(leaf(key), 1, Integer::sum));
    for (int i = 0; i < Math.min(TOLD, changed.size()); i++) {
      String key = changed.get(i);
      String shown = leaves.getOrDefault(leaf(key), 1) > 1 ? key : leaf(key);
      title.append(" · ").append(shown).append('=').append(value(experiment, key));
    }
    if (changed.size() > TOLD) {
      title.append(" · ").append(changed.size() - TOLD).append(" more");
    }
    if (title.length() > LONGEST) {
      title.setLength(LONGEST - 1);
      title.append('…');
    }
    return title.append(" · seed ").append(experiment.config().seed()).toString();
  }

  private static List<String> changed(LoadedExperiment experiment) {
    List<String> keys = new ArrayList<>();
    experiment
        .origins()
        .forEach(
            (key, origin) -> {
              boolean shownAnyway =
                  key.equals("name")
                      || key.equals("seed")
                      || key.equals("data.source")
                      || key.startsWith("execution.")
                      || key.startsWith("tracking.");
              if (origin.file().equals(Origin.COMMAND_LINE) && !shownAnyway) {
                keys.add(key);
              }
            });
    return keys;
  }

  private static String leaf(String key) {
    return key.substring(key.lastIndexOf('.') + 1);
  }

  private static String value(LoadedExperiment experiment, String key) {
    JsonNode node = experiment.tree();
    for (String part : key.split("\\.", -1)) {
      node = node.path(part);
    }
    return node.isValueNode() ? node.asText() : node.toString();
  }
}
