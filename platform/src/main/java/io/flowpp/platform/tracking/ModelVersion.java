package io.flowpp.platform.tracking;

import java.util.Map;
import java.util.TreeMap;

/**
 * A run as a version of a registered model.
 *
 * @param model the registered model's name; it is made where there is none
 * @param folder of the weights among the run's artifacts: the server takes none of another run's
 * @param description Markdown; links may begin with {@link TrackedRun#PAGE}
 * @param tags key figures, and what finds the run again in a workspace
 */
public record ModelVersion(
    String model, String folder, String description, Map<String, String> tags) {

  public ModelVersion {
    tags = new TreeMap<>(tags);
    Names.checkModel(model);
    Names.checkArtifactPath(folder);
    tags.keySet().forEach(Names::checkKey);
  }
}
