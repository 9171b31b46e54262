package io.flowpp.platform.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Settings of experiments as other files write them: dotted keys, or keys within keys, or both. */
public final class SettingsReader {
  private final Map<String, String> environment;
  private final Problems problems;

  public SettingsReader(Map<String, String> environment, Problems problems) {
    this.environment = Map.copyOf(environment);
    this.problems = problems;
  }

  /** By dotted key; what is no setting of an experiment is told and left out. */
  public Map<String, Located.Scalar> read(Located.Mapping mapping) {
    Map<String, Located.Scalar> settings = new LinkedHashMap<>();
    flatten("", mapping, settings);
    return settings;
  }

  /** The one spelling of a value that was read before. */
  public Optional<String> value(ExperimentKey key, Located.Scalar written) {
    return key.value(written, environment, new Problems()).map(ExperimentKey.Value::text);
  }

  private void flatten(String above, Located.Mapping mapping, Map<String, Located.Scalar> to) {
    mapping
        .entries()
        .forEach(
            (name, value) -> {
              String key = above + name;
              if (value instanceof Located.Mapping inner && ExperimentKey.isGroup(key)) {
                flatten(key + ".", inner, to);
              } else {
                setting(key, value, to);
              }
            });
  }

  private void setting(String key, Located value, Map<String, Located.Scalar> to) {
    ExperimentKey known = ExperimentKey.named(key, value.origin(), problems).orElse(null);
    if (known == null) {
      return;
    }
    boolean takenBack = value instanceof Located.Scalar scalar && scalar.isNull();
    if (!takenBack && known.value(value, environment, problems).isEmpty()) {
      return;
    }
    Located.Scalar earlier = to.put(key, (Located.Scalar) value);
    if (earlier != null) {
      String where = "line " + earlier.origin().line() + " sets it already";
      problems.add(value.origin(), key, where, "remove one");
    }
  }
}
