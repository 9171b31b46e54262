package io.flowpp.platform.stage;

import io.flowpp.core.train.TrainingListener.Return;
import io.flowpp.core.train.TrainingListener.Skip;
import io.flowpp.core.train.TrainingResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a training did about steps that were not finite, as it lies in a stage's output: {@code
 * incidents.json}. Those that a return made undone are among them.
 */
public record TrainingIncidents(List<Skip> skips, List<Return> returns) {
  private static final String FILE = "incidents.json";

  public static final TrainingIncidents NONE = new TrainingIncidents(List.of(), List.of());

  public TrainingIncidents {
    skips = List.copyOf(skips);
    returns = List.copyOf(returns);
  }

  static TrainingIncidents of(TrainingResult result) {
    return new TrainingIncidents(result.skips(), result.returns());
  }

  void write(Path directory) throws IOException {
    StageJson.writeFile(directory.resolve(FILE), this);
  }

  /** The incidents of a stage's output; none where the stage trained nothing. */
  public static TrainingIncidents read(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    return Files.exists(file) ? StageJson.readFile(file, TrainingIncidents.class) : NONE;
  }
}
