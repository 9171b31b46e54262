package io.flowpp.platform.stage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a training's checkpoint directory holds. */
final class Checkpoints {
  private static final Pattern STEP = Pattern.compile("step-(\\d{8})");

  private Checkpoints() {}

  /** The newest step that will not be computed again. */
  static OptionalInt newest(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .map(entry -> STEP.matcher(entry.getFileName().toString()))
          .filter(Matcher::matches)
          .mapToInt(match -> Integer.parseInt(match.group(1)))
          .max();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + directory, e);
    }
  }
}
