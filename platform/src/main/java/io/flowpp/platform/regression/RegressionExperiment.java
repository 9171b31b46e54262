package io.flowpp.platform.regression;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowpp.platform.config.ExperimentConfig;
import io.flowpp.platform.config.LoadedExperiment;
import io.flowpp.platform.stage.StageJson;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One experiment of a regression file.
 *
 * @param seeds of every check
 * @param secondLook further seeds, for a check that could not decide
 * @param runs the experiment of each of all these seeds
 */
public record RegressionExperiment(
    String name, List<Long> seeds, List<Long> secondLook, Map<Long, LoadedExperiment> runs) {
  public RegressionExperiment {
    seeds = List.copyOf(seeds);
    secondLook = List.copyOf(secondLook);
    runs = Collections.unmodifiableMap(new LinkedHashMap<>(runs));
  }

  LoadedExperiment run(long seed) {
    return Objects.requireNonNull(runs.get(seed), () -> name + " has no seed " + seed);
  }

  List<Long> allSeeds() {
    List<Long> all = new ArrayList<>(seeds);
    all.addAll(secondLook);
    return all;
  }

  /** The experiment whatever its seed. */
  ExperimentConfig config() {
    return run(seeds.get(0)).config();
  }

  /** Of all that may change what a seed comes to. */
  String digest() {
    ObjectNode tree = (ObjectNode) StageJson.tree(config());
    tree.remove(List.of("name", "seed", "tracking", "execution"));
    ((ObjectNode) tree.get("data")).remove("source"); // a place, not a content
    return StageJson.digest(tree);
  }

  String precision() {
    return run(seeds.get(0)).tree().path("training").path("precision").asText();
  }

  int threads() {
    return Objects.requireNonNull(config().execution().threads());
  }
}
