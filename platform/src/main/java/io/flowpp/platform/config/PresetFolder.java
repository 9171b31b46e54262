package io.flowpp.platform.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Where preset names are looked up: the folder {@code presets}, or {@code experiments/presets}, of
 * the experiment file's directory or any above it, then of the project.
 */
final class PresetFolder {
  private static final String SUFFIX = ".yaml";

  private PresetFolder() {}

  /** The candidates that exist, nearest first. */
  private static List<Path> folders(Path directory) {
    Stream<Path> above = Stream.iterate(directory, d -> d != null, Path::getParent);
    // The launcher may be called from elsewhere: the project is then known by this property only.
    Path project = Path.of(System.getProperty("flowpp.home", "")).toAbsolutePath();
    return Stream.concat(above, Stream.of(Path.of("").toAbsolutePath(), project))
        .flatMap(d -> Stream.of(d.resolve("presets"), d.resolve("experiments/presets")))
        .filter(Files::isDirectory)
        .distinct()
        .toList();
  }

  /** The file of a preset, or where it was looked for in vain: it then does not exist. */
  static Path find(Path directory, String name) {
    List<Path> folders = folders(directory);
    return folders.stream()
        .map(folder -> folder.resolve(name + SUFFIX))
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseGet(() -> directory.resolve("presets").resolve(name + SUFFIX));
  }

  /** Every name that would be found. */
  static Set<String> names(Path directory) {
    Set<String> names = new TreeSet<>();
    for (Path folder : folders(directory)) {
      try (Stream<Path> files = Files.list(folder)) {
        files
            .map(file -> file.getFileName().toString())
            .filter(file -> file.endsWith(SUFFIX))
            .forEach(file -> names.add(file.substring(0, file.length() - SUFFIX.length())));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot list " + folder, e);
      }
    }
    return names;
  }
}
