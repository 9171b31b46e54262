package io.flowpp.platform.stage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The pictures that were drawn while a training went on, as they lie in its output, by step. */
public final class TrainingPictures {
  private static final String FOLDER = "samples";
  private static final Pattern NAME = Pattern.compile("step-(\\d{8})\\.png");

  private TrainingPictures() {}

  /** Empty where none were drawn. */
  public static SortedMap<Integer, Path> read(Path output) {
    SortedMap<Integer, Path> pictures = new TreeMap<>();
    Path folder = folder(output);
    if (!Files.isDirectory(folder)) {
      return pictures;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (name.matches()) {
          pictures.put(Integer.parseInt(name.group(1)), file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
    return pictures;
  }

  static Path folder(Path directory) {
    return directory.resolve(FOLDER);
  }

  static Path at(Path directory, int step) {
    return folder(directory).resolve(String.format(Locale.ROOT, "step-%08d.png", step));
  }
}
