package io.flowpp.platform.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The checkpoints that a running process has left so far. */
final class Checkpointed {
  private Checkpointed() {}

  static List<Path> in(Path scratch) {
    if (!Files.isDirectory(scratch)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(scratch)) {
      return files.filter(f -> f.getFileName().toString().matches("step-\\d{8}")).toList();
    } catch (IOException | UncheckedIOException prunedMeanwhile) {
      return List.of(); // the caller looks again
    }
  }
}
