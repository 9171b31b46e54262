package io.flowpp.platform.config;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads experiment files and follows what they name: base files and presets. */
final class ExperimentFiles {
  private static final String START = "start with 'model: {preset: ...}' or 'extends: FILE'";
  private static final Pattern PRESET_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

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
    return load(file, new Origin(file.toString(), 0), "", () -> YamlFile.neighbours(file));
  }

  /**
   * The same for a file that another one names.
   *
   * @param key that names it
   */
  Located.Mapping load(Path file, Origin named, String key) {
    return load(file, named, key, () -> YamlFile.neighbours(file));
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

  /**
   * @param named where the file is named, for a problem with the file itself
   * @param key the key that names it; empty for the file of the command line
   */
  private Located.Mapping load(Path file, Origin named, String key, YamlFile.Advice ifAbsent) {
    Path real = file.toAbsolutePath().normalize();
    String shown = YamlFile.shown(file);
    if (open.contains(real)) {
      String cycle =
          Stream.concat(
                  open.stream().dropWhile(f -> !f.equals(real)).map(YamlFile::shown),
                  Stream.of(shown))
              .collect(Collectors.joining(" -> "));
      problems.add(named, key, "goes in a circle: " + cycle, "take one of these out");
      return Located.Mapping.empty(named);
    }
    open.addLast(real);
    String missing = key.equals(ModelKeys.PRESET) ? "unknown preset" : null;
    Located.Mapping own =
        YamlFile.read(file, new YamlFile.Asked(named, key, missing, ifAbsent, START), problems)
            .root();
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
    return load(file, name.get().origin(), KeyTable.EXTENDS, () -> YamlFile.neighbours(file))
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

  private static String presets(Located.Scalar name, Path directory) {
    Set<String> known = PresetFolder.names(directory);
    return known.isEmpty()
        ? "there is no folder 'presets' beside the file or above it"
        : Suggestions.nearestOrAll(name.text(), known, "known presets");
  }
}
