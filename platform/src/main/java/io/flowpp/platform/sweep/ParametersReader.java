package io.flowpp.platform.sweep;

import io.flowpp.platform.config.ExperimentKey;
import io.flowpp.platform.config.Located;
import io.flowpp.platform.config.Origin;
import io.flowpp.platform.config.Problems;
import io.flowpp.platform.config.Suggestions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The section {@code parameters}. */
final class ParametersReader {
  /** Keys that a sweep gives itself, and what to write instead. */
  static final Map<String, String> OURS =
      Map.of(
          "name", "each trial gets a name of its own: name the sweep instead",
          "seed", "list seeds under 'seeds'",
          "tracking.experiment", "all trials stand together: set it under 'set'",
          "execution.threads",
              "results depend on it, so all trials have the same: set it under 'set'",
          "execution.runner", "give it to the command: --runner");

  private final Map<String, String> environment;
  private final Problems problems;
  private final DomainReader domains;

  ParametersReader(Map<String, String> environment, Problems problems) {
    this.environment = Map.copyOf(environment);
    this.problems = problems;
    this.domains = new DomainReader(environment, problems);
  }

  /**
   * @param arms names of the ablations
   */
  List<Swept> read(Located.Mapping mapping, List<String> arms, Search search) {
    List<Swept> parameters = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    collect("", mapping, arms, search, parameters, seen);
    return parameters;
  }

  private void collect(
      String above,
      Located.Mapping mapping,
      List<String> arms,
      Search search,
      List<Swept> to,
      Set<String> seen) {
    mapping
        .entries()
        .forEach(
            (name, value) -> {
              String key = above + name;
              if (value instanceof Located.Mapping inner && ExperimentKey.isGroup(key)) {
                collect(key + ".", inner, arms, search, to, seen);
              } else if (!seen.add(key)) {
                problems.add(value.origin(), key, "stands here twice", "remove one");
              } else {
                parameter(key, value, arms, search).ifPresent(to::add);
              }
            });
  }

  private Optional<Swept> parameter(String key, Located value, List<String> arms, Search search) {
    Origin origin = value.origin();
    if (OURS.containsKey(key)) {
      problems.add(origin, key, "cannot be swept", OURS.get(key));
      return Optional.empty();
    }
    if (key.equals(Arm.PARAMETER)) {
      String advice = "write named sets of settings under 'ablations'";
      problems.add(origin, key, "is what trials call their ablation", advice);
      return Optional.empty();
    }
    ExperimentKey known = ExperimentKey.named(key, origin, problems).orElse(null);
    if (known == null) {
      return Optional.empty();
    }
    Optional<Domain> domain = domains.read(known, value, search);
    List<Swept.Condition> when = new ArrayList<>();
    if (value instanceof Located.Mapping mapping && mapping.entries().containsKey("when")) {
      when.addAll(conditions(key, mapping.entries().get("when"), arms));
    }
    return domain.map(tried -> new Swept(key, origin, tried, when));
  }

  private List<Swept.Condition> conditions(
      String key, @org.jspecify.annotations.Nullable Located when, List<String> arms) {
    List<Swept.Condition> conditions = new ArrayList<>();
    if (!(when instanceof Located.Mapping mapping) || mapping.entries().isEmpty()) {
      if (when != null) {
        String example = "when: {model.flow.coupling.kind: mixture}";
        String message = "'when' is keys with values, found " + when.describe();
        problems.add(when.origin(), key, message, "write it like " + example);
      }
      return conditions;
    }
    mapping
        .entries()
        .forEach(
            (name, wanted) -> {
              List<Located> values =
                  wanted instanceof Located.Sequence list ? list.items() : List.of(wanted);
              Set<String> texts =
                  name.equals(Arm.PARAMETER) ? arms(key, values, arms) : texts(name, values);
              if (!texts.isEmpty()) {
                conditions.add(new Swept.Condition(name, wanted.origin(), texts));
              }
            });
    return conditions;
  }

  private Set<String> arms(String key, List<Located> values, List<String> arms) {
    Set<String> names = new LinkedHashSet<>();
    for (Located value : values) {
      String name = value instanceof Located.Scalar scalar ? scalar.text() : "";
      if (arms.contains(name)) {
        names.add(name);
      } else {
        String message = "'when' names an unknown ablation, found " + value.describe();
        String meant =
            arms.isEmpty()
                ? "there are none under 'ablations'"
                : Suggestions.nearestOrAll(name, arms, "known ablations");
        problems.add(value.origin(), key, message, meant);
      }
    }
    return names;
  }

  private Set<String> texts(String name, List<Located> values) {
    Set<String> texts = new LinkedHashSet<>();
    if (values.isEmpty()) {
      return texts;
    }
    ExperimentKey.named(name, values.get(0).origin(), problems)
        .ifPresent(
            key ->
                values.forEach(
                    value ->
                        key.value(value, environment, problems)
                            .ifPresent(read -> texts.add(read.text()))));
    return texts;
  }
}
