package io.flowpp.platform.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One experiment file, read once, under many settings from another file.
 *
 * <p>Settings are values by dotted key. Lower ones may be overruled in general by what upper ones
 * choose ({@code components: 4} below {@code kind: affine}), as with files that extend each other;
 * settings of one height must not contradict each other.
 */
public final class ExperimentVariants {
  private final Path file;
  private final Located.Mapping base;
  private final Layers layers;
  private final Map<String, String> environment;

  private ExperimentVariants(
      Path file, Located.Mapping base, Layers layers, Map<String, String> environment) {
    this.file = file;
    this.base = base;
    this.layers = layers;
    this.environment = Map.copyOf(environment);
  }

  /**
   * Reads the file; what is wrong with it as YAML is added to {@code problems}.
   *
   * @param named where it is named
   * @param key that names it
   * @param environment for {@code ${ENV:NAME}}
   */
  public static ExperimentVariants of(
      Path file, Origin named, String key, Map<String, String> environment, Problems problems) {
    Layers layers = new Layers();
    EnvironmentReferences references = new EnvironmentReferences(environment, problems);
    Located.Mapping base = new ExperimentFiles(layers, references, problems).load(file, named, key);
    return new ExperimentVariants(file.toAbsolutePath().normalize(), base, layers, environment);
  }

  /**
   * The experiment under these settings.
   *
   * @throws ConfigException with every problem that it has
   */
  public LoadedExperiment load(
      Map<String, Located.Scalar> lower, Map<String, Located.Scalar> upper) {
    Problems problems = new Problems();
    EnvironmentReferences references = new EnvironmentReferences(environment, problems);
    Layers stack = layers.copy();
    Located.Mapping merged = merge(lower, upper, stack, references, problems);
    return ExperimentLoader.complete(file, merged, stack, references, problems);
  }

  /** What a key has under these settings, as text, even where others are wrong. */
  public Optional<String> value(
      String key, Map<String, Located.Scalar> lower, Map<String, Located.Scalar> upper) {
    Problems unheard = new Problems();
    EnvironmentReferences references = new EnvironmentReferences(environment, unheard);
    Layers stack = layers.copy();
    Located.Mapping merged = merge(lower, upper, stack, references, unheard);
    Optional<JsonNode> value =
        new Checker("experiment", stack, references, unheard).check(merged).get(key);
    return value.filter(v -> !v.isNull()).map(ExperimentKey::text);
  }

  private Located.Mapping merge(
      Map<String, Located.Scalar> lower,
      Map<String, Located.Scalar> upper,
      Layers stack,
      EnvironmentReferences references,
      Problems problems) {
    Map<String, Located.Scalar> settings = new LinkedHashMap<>(lower);
    settings.putAll(upper);
    Origin root = new Origin(base.origin().file(), 0);
    Located.Mapping own = Located.Mapping.empty(root);
    for (Map.Entry<String, Located.Scalar> setting : settings.entrySet()) {
      own = Layers.overlay(own, nest(setting.getKey(), setting.getValue()));
    }
    Path folder = file.getParent() == null ? file : file.getParent();
    Located.Mapping complete =
        new ExperimentFiles(stack, references, problems).withPreset(own, folder);
    Set<Integer> lowerLines =
        lower.values().stream().map(v -> v.origin().line()).collect(Collectors.toSet());
    settings.values().stream()
        .map(value -> value.origin().file())
        .distinct()
        .forEach(settingsFile -> stack.push(settingsFile, lowerLines));
    return new Located.Mapping(root, ExperimentFiles.lay(base, own, complete).entries());
  }

  private static Located.Mapping nest(String key, Located value) {
    int dot = key.indexOf('.');
    Located.Mapping empty = Located.Mapping.empty(value.origin());
    return dot < 0
        ? empty.with(key, value)
        : empty.with(key.substring(0, dot), nest(key.substring(dot + 1), value));
  }
}
