package io.flowpp.platform.execution;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.stage.StageJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a folder of raw images is called: what its {@code dataset.json} says, else its own name. */
final class DataSetName {
  private static final String FILE = "dataset.json";

  private DataSetName() {}

  static String of(Path folder) {
    Path file = folder.resolve(FILE);
    if (Files.isRegularFile(file)) {
      try {
        JsonNode name = StageJson.readFile(file, JsonNode.class).path("name");
        if (name.isTextual() && !name.asText().isBlank()) {
          return name.asText();
        }
      } catch (IOException e) {
        throw new UserFault(
            ExitCode.USAGE,
            "unreadable-dataset-name",
            "expected {\"name\": ...}: " + e.getMessage(),
            file.toString(),
            "mend it or take it away",
            e);
      }
    }
    Path name = folder.getFileName();
    return name == null ? "images" : name.toString();
  }
}
