package io.flowpp.platform.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flowpp.core.data.ShardManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the workers of a pipeline leave for the process that started it: one small file an element,
 * the same way on every runner. Doing an element twice is safe.
 */
final class Outcomes {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DEAD = ".dead.json";

  private final Path directory;

  Outcomes(Path directory) {
    this.directory = directory;
  }

  void written(ShardManifest.Shard shard) throws IOException {
    keep(shard.file() + ".json", shard);
  }

  void dead(DeadLetter letter) throws IOException {
    keep(letter.element().replaceAll("[^A-Za-z0-9.-]", "_") + DEAD, letter);
  }

  /** The shard of a plan, where it was written. */
  Optional<ShardManifest.Shard> find(ShardPlan plan) throws IOException {
    Path file = directory.resolve(plan.fileName() + ".json");
    return Files.exists(file)
        ? Optional.of(JSON.readValue(file.toFile(), ShardManifest.Shard.class))
        : Optional.empty();
  }

  List<DeadLetter> deadLetters() throws IOException {
    List<Path> files;
    try (Stream<Path> entries = Files.list(directory)) {
      files = entries.filter(path -> path.toString().endsWith(DEAD)).sorted().toList();
    }
    List<DeadLetter> letters = new ArrayList<>();
    for (Path file : files) {
      letters.add(JSON.readValue(file.toFile(), DeadLetter.class));
    }
    return letters;
  }

  private void keep(String name, Object outcome) throws IOException {
    Path temporary = Files.createTempFile(directory, name, ".tmp");
    Files.write(temporary, JSON.writeValueAsBytes(outcome));
    Files.move(temporary, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }
}
