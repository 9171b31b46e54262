package io.flowpp.platform.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads experiment files: the base file ({@code extends}), then the preset that the file names,
 * then the file, then the overrides; later ones win, key by key.
 *
 * <pre>{@code
 * LoadedExperiment loaded = ExperimentLoader.load(Path.of("experiments/quickstart.yaml"), List.of("training.steps=10"));
 * loaded.config().training().steps(); // 10
 * loaded.origins().get("training.steps"); // command line
 * }</pre>
 */
public final class ExperimentLoader {
  private ExperimentLoader() {}

  /**
   * Loads one experiment.
   *
   * @param overrides {@code a.b=value} each, the value in YAML
   * @throws ConfigException with every problem there is
   */
  public static LoadedExperiment load(Path file, List<String> overrides) {
    return load(file, overrides, System.getenv());
  }

  /**
   * The experiment file that {@code preset} means: a path where it looks like one, else a name in
   * the folders of presets of the working directory, those above it, and the project.
   *
   * @param option what the user gave it with
   * @throws UserFault where no preset has that name
   */
  public static Path preset(String preset, String option) {
    if (preset.endsWith(".yaml") || preset.endsWith(".yml") || preset.contains("/")) {
      return Path.of(preset);
    }
    Path here = Path.of("").toAbsolutePath();
    Set<String> known = PresetFolder.names(here);
    if (!known.contains(preset)) {
      throw new UserFault(
          ExitCode.USAGE,
          "unknown-preset",
          "unknown preset '" + preset + "'",
          option,
          Suggestions.nearestOrAll(preset, known, "known presets"));
    }
    return PresetFolder.find(here, preset);
  }

  /**
   * Loads a configuration that was written out whole: {@link LoadedExperiment#standalone} as text.
   *
   * @param shown what a problem calls it
   * @throws ConfigException with every problem there is
   */
  public static LoadedExperiment standalone(String shown, String text, List<String> overrides) {
    Problems problems = new Problems();
    Layers layers = new Layers();
    EnvironmentReferences references = new EnvironmentReferences(Map.of(), problems);
    Located.Mapping written =
        YamlReader.file(shown, text, problems) instanceof Located.Mapping mapping
            ? mapping
            : Located.Mapping.empty(new Origin(shown, 0));
    layers.push(shown);
    Located.Mapping top = Overrides.parse(overrides, problems);
    layers.push(Origin.COMMAND_LINE);
    Path here = Path.of(shown).toAbsolutePath();
    return complete(here, Layers.overlay(written, top), layers, references, problems);
  }

  /** The same with another environment for {@code ${ENV:NAME}}. */
  static LoadedExperiment load(Path file, List<String> overrides, Map<String, String> environment) {
    Problems problems = new Problems();
    Layers layers = new Layers();
    EnvironmentReferences references = new EnvironmentReferences(environment, problems);
    ExperimentFiles files = new ExperimentFiles(layers, references, problems);
    Path absolute = file.toAbsolutePath().normalize();
    Path base = directory(absolute);

    Located.Mapping fromFiles = files.load(file);
    if (isSweep(fromFiles)) {
      Problems only = new Problems();
      Origin whole = new Origin(YamlFile.shown(file), 0);
      only.add(whole, "", "a sweep's file, expected an experiment's", "see 'flowpp sweep --help'");
      only.throwIfAny();
    }
    Located.Mapping fromCommandLine = Overrides.parse(overrides, problems);
    Located.Mapping top = files.withPreset(fromCommandLine, base);
    layers.push(Origin.COMMAND_LINE);
    Located.Mapping merged = ExperimentFiles.lay(fromFiles, fromCommandLine, top);
    Origin root = new Origin(fromFiles.origin().file(), 0);
    return complete(
        absolute, new Located.Mapping(root, merged.entries()), layers, references, problems);
  }

  /**
   * Checks what was merged.
   *
   * @param file the experiment's, absolute
   * @throws ConfigException with all of {@code problems}, those found before included
   */
  static LoadedExperiment complete(
      Path file,
      Located.Mapping merged,
      Layers layers,
      EnvironmentReferences references,
      Problems problems) {
    Path base = directory(file);
    Values values = new Checker(stem(file), layers, references, problems).check(merged);
    new CrossChecks(values, layers, problems).check();
    problems.throwIfAny();

    String source = source(values, base);
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    Map<String, Origin> origins = new LinkedHashMap<>();
    for (Entry entry : KeyTable.all().values()) {
      if (entry instanceof Entry.Leaf leaf && values.applies(leaf.key())) {
        JsonNode value = values.get(leaf.key()).orElseThrow();
        put(tree, leaf.key(), leaf.key().equals("data.source") ? TextNode.valueOf(source) : value);
        Origin written = values.given(leaf.key()).map(Values.Given::origin).orElse(DEFAULT);
        origins.put(leaf.key(), written);
      }
    }
    return new LoadedExperiment(new ConfigBuilder(values).build(source), tree, origins, base);
  }

  private static boolean isSweep(Located.Mapping file) {
    return file.entries().containsKey("base")
        && List.of("parameters", "ablations", "seeds").stream()
            .anyMatch(file.entries()::containsKey);
  }

  private static final Origin DEFAULT = new Origin(Origin.DEFAULT, 0);

  private static void put(ObjectNode tree, String key, JsonNode value) {
    ObjectNode at = tree;
    String[] names = key.split("\\.", -1);
    for (int i = 0; i < names.length - 1; i++) {
      at = at.withObjectProperty(names[i]);
    }
    at.set(names[names.length - 1], value);
  }

  /**
   * A source is relative to the file that names it; here it becomes relative to the experiment's
   * file.
   */
  private static String source(Values values, Path base) {
    String text = values.text("data.source").orElseThrow();
    Path source = Path.of(text);
    if (source.isAbsolute()) {
      return source.normalize().toString();
    }
    Origin origin = values.writtenAt("data.source").orElseThrow();
    Path start =
        origin.file().equals(Origin.COMMAND_LINE)
            ? Path.of("").toAbsolutePath()
            : Path.of(origin.file()).toAbsolutePath().getParent();
    Path target = (start == null ? source.toAbsolutePath() : start.resolve(source)).normalize();
    String relative = base.relativize(target).toString();
    return relative.isEmpty() ? "." : relative;
  }

  private static Path directory(Path file) {
    return file.getParent() == null ? file : file.getParent();
  }

  private static String stem(Path file) {
    String name = file.getFileName() == null ? "" : file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}
