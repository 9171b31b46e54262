package io.flowpp.platform.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Map;

/**
 * An experiment file with its presets, its bases and the overrides of the command line, merged and
 * checked.
 *
 * @param config what it means
 * @param tree the same as data, defaults filled in, keys in a fixed order: two spellings of one
 *     experiment have equal trees
 * @param origins where each leaf of the tree was written, by dotted key
 * @param base the directory of the experiment file: relative sources start here
 */
public record LoadedExperiment(
    ExperimentConfig config, ObjectNode tree, Map<String, Origin> origins, Path base) {
  /** The tree with an absolute source: it means the same wherever it is written. */
  public ObjectNode standalone() {
    ObjectNode copy = tree.deepCopy();
    Path source = base.resolve(config.data().source()).toAbsolutePath().normalize();
    copy.withObjectProperty("data").put("source", source.toString());
    return copy;
  }
}
