package io.flowpp.platform.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads experiment files and follows what they name: base files and presets. */
final class ExperimentFiles {
  private static final Pattern PRESET_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
  private static final int LARGEST = 1 << 20;

  private final Layers layers;
  private final EnvironmentReferences environment;
  private final Problems problems;
  private final Deque<Path> open = new ArrayDeque<>();

  ExperimentFiles(Layers layers, EnvironmentReferences environment, Problems problems) {
    this.layers = layers;
    this.environment = environment;
    this.problems = problems;
  }

  /** A file with everything that it stands on. */
  Located.Mapping load(Path file) {
    return load(file, new Origin(file.toString(), 0), "", () -> neighbours(file));
  }

  /** Looks up the preset that a layer names, and puts its parts under the layer's own model. */
  Located.Mapping withPreset(Located.Mapping layer, Path directory) {
    if (!(layer.entries().get("model") instanceof Located.Mapping model)
        || !model.entries().containsKey("preset")) {
      return layer;
    }
    Located.Mapping own = model.without("preset");
    Optional<Located.Scalar> name =
        word(ModelKeys.PRESET, "the name of a preset", model.entries().get("preset"));
    if (name.isEmpty()) {
      return layer.with("model", own);
    }
    Origin origin = name.get().origin();
    Path file = presetFile(name.get(), directory);
    Located.Mapping preset =
        load(file, origin, ModelKeys.PRESET, () -> presets(name.get(), directory));
    Located presetModel = preset.entries().get("model");
    return layer.with("model", presetModel == null ? own : Layers.overlay(presetModel, own));
  }

  private static Path presetFile(Located.Scalar name, Path directory) {
    // A name with a slash would be a path: presets are looked up, not opened anywhere.
    return PRESET_NAME.matcher(name.text()).matches()
        ? PresetFolder.find(directory, name.text())
        : directory.resolve("presets").resolve("no-such-preset");
  }

  private interface Advice {
    String give();
  }

  /**
   * @param named where the file is named, for a problem with the file itself
   * @param key the key that names it; empty for the file of the command line
   */
  private Located.Mapping load(Path file, Origin named, String key, Advice ifAbsent) {
    Path real = file.toAbsolutePath().normalize();
    String shown = shown(file);
    if (open.contains(real)) {
      String cycle =
          Stream.concat(
                  open.stream().dropWhile(f -> !f.equals(real)).map(ExperimentFiles::shown),
                  Stream.of(shown))
              .collect(Collectors.joining(" -> "));
      problems.add(named, key, "goes in a circle: " + cycle, "take one of these out");
      return Located.Mapping.empty(named);
    }
    open.addLast(real);
    Located.Mapping own = read(file, shown, named, key, ifAbsent);
    Path directory = real.getParent() == null ? real : real.getParent();
    Located.Mapping base = base(own, directory);
    Located.Mapping complete = withPreset(own.without(KeyTable.EXTENDS), directory);
    open.removeLast();
    layers.push(shown);
    return lay(base, own, complete);
  }

  /**
   * A model that starts from a preset starts anew: nothing of the base file's model shines through.
   */
  static Located.Mapping lay(Located.Mapping base, Located.Mapping own, Located.Mapping complete) {
    boolean anew =
        own.entries().get("model") instanceof Located.Mapping model
            && model.entries().containsKey("preset");
    return Layers.overlay(anew ? base.without("model") : base, complete);
  }

  private Located.Mapping base(Located.Mapping own, Path directory) {
    Located named = own.entries().get(KeyTable.EXTENDS);
    Optional<Located.Scalar> name =
        named == null ? Optional.empty() : word(KeyTable.EXTENDS, "an experiment file", named);
    if (name.isEmpty()) {
      return Located.Mapping.empty(own.origin());
    }
    Path file = directory.resolve(name.get().text());
    // Two files under one name would be one run to whoever looks for it by name.
    return load(file, name.get().origin(), KeyTable.EXTENDS, () -> neighbours(file))
        .without("name");
  }

  /** The text of a key that names a file. */
  private Optional<Located.Scalar> word(String key, String expected, @Nullable Located value) {
    if (value instanceof Located.Scalar scalar) {
      if (scalar.isNull()) {
        return Optional.empty();
      }
      return environment.replace(key, scalar);
    }
    if (value != null) {
      problems.add(
          value.origin(), key, "expected " + expected + ", found " + value.describe(), null);
    }
    return Optional.empty();
  }

  private Located.Mapping read(Path file, String shown, Origin named, String key, Advice ifAbsent) {
    Located.Mapping nothing = Located.Mapping.empty(new Origin(shown, 0));
    String subject = key.isEmpty() ? "" : shown + ": ";
    if (!Files.exists(file)) {
      boolean preset = key.equals(ModelKeys.PRESET);
      problems.add(
          named, key, preset ? "unknown preset" : subject + "no such file", ifAbsent.give());
      return nothing;
    }
    if (Files.isDirectory(file)) {
      problems.add(named, key, subject + "is a directory, expected a YAML file", ifAbsent.give());
      return nothing;
    }
    String text;
    try {
      text = decode(file, shown);
    } catch (IOException e) {
      String why = "cannot be read: " + e.getMessage();
      problems.add(named, key, subject + why, "check its permissions");
      return nothing;
    }
    if (text == null) {
      return nothing;
    }
    int before = problems.size();
    Located root = YamlReader.file(shown, text, problems);
    if (root instanceof Located.Mapping mapping) {
      return mapping;
    }
    if (root == null ? problems.size() == before : root instanceof Located.Scalar s && s.isNull()) {
      String advice = "start with 'model: {preset: ...}' or 'extends: FILE'";
      problems.add(new Origin(shown, 0), "", "the file is empty", advice);
    } else if (root != null) {
      String message = "expected keys with values, found " + root.describe();
      problems.add(root.origin(), "", message, "write 'key: value' lines");
    }
    return nothing;
  }

  private @Nullable String decode(Path file, String shown) throws IOException {
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

  private static String presets(Located.Scalar name, Path directory) {
    Set<String> known = PresetFolder.names(directory);
    return known.isEmpty()
        ? "there is no folder 'presets' beside the file or above it"
        : Suggestions.nearestOrAll(name.text(), known, "known presets");
  }

  /** What stands beside a file that does not exist. */
  private static String neighbours(Path file) {
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
  private static String shown(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    Path here = Path.of("").toAbsolutePath();
    return absolute.startsWith(here) ? here.relativize(absolute).toString() : absolute.toString();
  }
}
