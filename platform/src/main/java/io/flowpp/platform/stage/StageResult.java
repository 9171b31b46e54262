package io.flowpp.platform.stage;

import io.flowpp.platform.workspace.StorageFault;
import java.io.IOException;
import java.nio.file.Path;

/** {@code result.json} of a stage's output. */
public final class StageResult {
  private static final String FILE = "result.json";

  private StageResult() {}

  static void write(Path output, StageOutput result) throws IOException {
    StageJson.writeFile(output.resolve(FILE), result);
  }

  /** What the stage found out. */
  public static <O extends StageOutput> O read(Path output, Class<O> type) {
    try {
      return StageJson.readFile(output.resolve(FILE), type);
    } catch (IOException unreadable) {
      throw StorageFault.damaged(output.resolve(FILE), output);
    }
  }
}
