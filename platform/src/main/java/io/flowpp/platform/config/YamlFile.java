package io.flowpp.platform.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A YAML file of the user's that was read.
 *
 * @param shown the file as the user would name it
 * @param text as it was written
 * @param root its keys; none where it has a problem
 */
public record YamlFile(String shown, String text, Located.Mapping root) {
  private static final int LARGEST = 1 << 20;

  /**
   * Who asks for a file, for a problem with the file itself.
   *
   * @param origin where the file is named
   * @param key the key that names it; empty for the file of the command line
   * @param missing what is wrong where there is no such file; null for just that
   * @param ifAbsent what to do then
   * @param ifEmpty what to do where the file says nothing
   */
  record Asked(
      Origin origin, String key, @Nullable String missing, Advice ifAbsent, String ifEmpty) {}

  interface Advice {
    String give();
  }

  /**
   * Reads the file that the command line names.
   *
   * @param ifEmpty what to do where the file says nothing
   */
  public static YamlFile read(Path file, String ifEmpty, Problems problems) {
    Origin named = new Origin(file.toString(), 0);
    return read(file, new Asked(named, "", null, () -> neighbours(file), ifEmpty), problems);
  }

  static YamlFile read(Path file, Asked asked, Problems problems) {
    String shown = shown(file);
    String text = text(file, shown, asked, problems).orElse(null);
    Located.Mapping nothing = Located.Mapping.empty(new Origin(shown, 0));
    if (text == null) {
      return new YamlFile(shown, "", nothing);
    }
    int before = problems.size();
    Located root = YamlReader.file(shown, text, problems);
    if (root instanceof Located.Mapping mapping) {
      return new YamlFile(shown, text, mapping);
    }
    if (root == null ? problems.size() == before : root instanceof Located.Scalar s && s.isNull()) {
      problems.add(new Origin(shown, 0), "", "the file is empty", asked.ifEmpty());
    } else if (root != null) {
      String message = "expected keys with values, found " + root.describe();
      problems.add(root.origin(), "", message, "write 'key: value' lines");
    }
    return new YamlFile(shown, text, nothing);
  }

  private static Optional<String> text(Path file, String shown, Asked asked, Problems problems) {
    String subject = asked.key().isEmpty() ? "" : shown + ": ";
    String fault = null;
    String advice = null;
    if (!Files.exists(file)) {
      fault = asked.missing() == null ? subject + "no such file" : asked.missing();
      advice = asked.ifAbsent().give();
    } else if (Files.isDirectory(file)) {
      fault = subject + "is a directory, expected a YAML file";
      advice = asked.ifAbsent().give();
    } else {
      try {
        return Optional.ofNullable(decode(file, shown, problems));
      } catch (IOException e) {
        fault = subject + "cannot be read: " + e.getMessage();
        advice = "check its permissions";
      }
    }
    problems.add(asked.origin(), asked.key(), fault, advice);
    return Optional.empty();
  }

  private static @Nullable String decode(Path file, String shown, Problems problems)
      throws IOException {
    if (Files.size(file) > LARGEST) {
      problems.add(
          new Origin(shown, 0), "", "larger than 1 MiB", "give an experiment file, not its data");
      return null;
    }
    byte[] bytes = Files.readAllBytes(file);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    try {
      String text = decoder.decode(buffer).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      int line = 1;
      for (int i = 0; i < buffer.position(); i++) {
        line += bytes[i] == '\n' ? 1 : 0;
      }
      problems.add(
          new Origin(shown, line), "", "not UTF-8 text", "save the file with the encoding UTF-8");
      return null;
    }
  }

  /** What stands beside a file that does not exist. */
  static String neighbours(Path file) {
    Path directory = file.toAbsolutePath().normalize();
    directory = Files.isDirectory(directory) ? directory : directory.getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      return "check the path";
    }
    try (Stream<Path> files = Files.list(directory)) {
      List<String> names =
          files
              .map(f -> f.getFileName().toString())
              .filter(f -> f.endsWith(".yaml") || f.endsWith(".yml"))
              .sorted()
              .limit(20)
              .toList();
      String wanted = file.getFileName() == null ? "" : file.getFileName().toString();
      return names.isEmpty()
          ? "there is no YAML file in its folder"
          : Suggestions.nearestOrAll(wanted, names, "its folder has");
    } catch (IOException e) {
      return "check the path"; // the folder cannot be listed: there is nothing to suggest
    }
  }

  /** As the user would name it: from the working directory on, where it lies under that. */
  static String shown(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    Path here = Path.of("").toAbsolutePath();
    return absolute.startsWith(here) ? here.relativize(absolute).toString() : absolute.toString();
  }
}
