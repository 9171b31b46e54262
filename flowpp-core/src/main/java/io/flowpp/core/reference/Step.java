package io.flowpp.core.reference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flowpp.core.flow.Rearrangement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An element of the authors' list of layers.
 *
 * @param path as in the names of tensors: {@code flow/step/03_Norm}
 * @param scope of its weights, empty where it has none
 */
record Step(String path, String scope) {
  /**
   * The list of {@code file} from its metadata: [["flow/step/00_ImgProc", ""], ...].
   *
   * @param part {@code dequant} or {@code flow}
   * @throws NotUnderstoodException if it is no such list
   */
  static List<Step> read(ReferenceFile file, String part) {
    String json =
        file.metadata("steps").orElseThrow(() -> new NotUnderstoodException("it has no steps"));
    try {
      List<Step> steps = new ArrayList<>();
      for (JsonNode pair : new JsonMapper().readTree(json)) {
        if (pair.size() != 2 || !pair.get(0).asText().matches("(dequant|flow)/step/\\d+_\\w+")) {
          throw new NotUnderstoodException("its list of steps has the element " + pair);
        }
        if (pair.get(0).asText().startsWith(part + "/")) {
          steps.add(new Step(pair.get(0).asText(), pair.get(1).asText()));
        }
      }
      return steps;
    } catch (JsonProcessingException e) {
      throw new NotUnderstoodException("its list of steps is no JSON", e);
    }
  }

  /** The class of the layer. */
  String kind() {
    return path.substring(path.indexOf('_') + 1);
  }

  boolean isCoupling() {
    return kind().endsWith("Coupling");
  }

  /** The layer, where it only moves values. */
  Optional<Rearrangement> rearrangement() {
    return Optional.ofNullable(
        switch (kind()) {
          case "CheckerboardSplit" -> Rearrangement.CHECKERBOARD_SPLIT;
          case "ChannelSplit" -> Rearrangement.CHANNEL_SPLIT;
          case "InverseCheckerboardSplit" -> Rearrangement.CHECKERBOARD_JOIN;
          case "InverseChannelSplit" -> Rearrangement.CHANNEL_JOIN;
          case "SpaceToDepth" -> Rearrangement.SPACE_TO_DEPTH;
          case "TupleFlip" -> Rearrangement.FLIP;
          default -> null;
        });
  }
}
