package io.flowpp.platform.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowpp.platform.config.ExperimentKey;
import io.flowpp.platform.config.ExperimentKey.Value;
import io.flowpp.platform.config.Located;
import io.flowpp.platform.config.Problems;
import io.flowpp.platform.config.Suggestions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is written behind a parameter: a list of values, or a range. */
final class DomainReader {
  static final List<String> KINDS =
      List.of("values", "choice", "uniform", "log-uniform", "integer");
  private static final String FORMS =
      "a list of values like [8, 16], or {uniform: [LOW, HIGH]}, log-uniform, integer or choice";

  private final Map<String, String> environment;
  private final Problems problems;

  DomainReader(Map<String, String> environment, Problems problems) {
    this.environment = Map.copyOf(environment);
    this.problems = problems;
  }

  /** Empty where it has a problem. */
  Optional<Domain> read(ExperimentKey key, Located written, Search search) {
    if (written instanceof Located.Sequence list) {
      return listed(key, list);
    }
    if (!(written instanceof Located.Mapping mapping)) {
      boolean nothing = written instanceof Located.Scalar s && s.isNull();
      String advice = nothing ? null : "for one value in all trials, write it under 'set'";
      problem(key, written, "expected " + FORMS + ", found " + written.describe(), advice);
      return Optional.empty();
    }
    List<String> kinds = mapping.entries().keySet().stream().filter(KINDS::contains).toList();
    boolean unknown = false;
    for (Map.Entry<String, Located> entry : mapping.entries().entrySet()) {
      if (!KINDS.contains(entry.getKey()) && !entry.getKey().equals("when")) {
        unknown = true;
        List<String> known = new ArrayList<>(KINDS);
        known.add("when");
        String meant = Suggestions.nearestOrAll(entry.getKey(), known, "known here");
        problem(key, entry.getValue(), "unknown word '" + entry.getKey() + "'", meant);
      }
    }
    if (kinds.size() != 1) {
      if (!unknown || kinds.size() > 1) {
        String found = kinds.isEmpty() ? "none" : String.join(" and ", kinds);
        problem(key, written, "expected one of " + String.join(", ", KINDS), "found " + found);
      }
      return Optional.empty();
    }
    String kind = kinds.get(0);
    Located inner = mapping.entries().get(kind);
    if (!(inner instanceof Located.Sequence list)) {
      String example = kind + ": " + (isRange(kind) ? "[LOW, HIGH]" : "[A, B]");
      String found = inner == null ? "nothing" : inner.describe();
      problem(
          key, inner == null ? written : inner, "expected " + example + ", found " + found, null);
      return Optional.empty();
    }
    return isRange(kind) ? range(key, kind, list, search) : listed(key, list);
  }

  private static boolean isRange(String kind) {
    return !kind.equals("values") && !kind.equals("choice");
  }

  private Optional<Domain> listed(ExperimentKey key, Located.Sequence list) {
    if (list.items().isEmpty()) {
      problem(key, list, "an empty list: there is nothing to try", "give values, or remove it");
      return Optional.empty();
    }
    List<Value> values = new ArrayList<>();
    for (Located item : list.items()) {
      key.value(item, environment, problems)
          .ifPresent(
              value -> {
                if (values.stream().anyMatch(v -> v.text().equals(value.text()))) {
                  problem(key, item, "has " + value.text() + " twice", "remove one");
                } else {
                  values.add(value);
                }
              });
    }
    return values.size() == list.items().size()
        ? Optional.of(new Domain.Listed(values))
        : Optional.empty();
  }

  private Optional<Domain> range(
      ExperimentKey key, String kind, Located.Sequence list, Search search) {
    if (list.items().size() != 2) {
      String found = list.items().size() + (list.items().size() == 1 ? " value" : " values");
      problem(key, list, "expected " + kind + ": [LOW, HIGH], found " + found, null);
      return Optional.empty();
    }
    JsonNode low = number(key, kind, list.items().get(0));
    JsonNode high = number(key, kind, list.items().get(1));
    if (low == null || high == null) {
      return Optional.empty();
    }
    if (!kind.equals("integer") && !key.takesFractions()) {
      String fractions = kind + " draws fractions, but " + key.key() + " is " + key.expected();
      problem(key, list, fractions, "use integer: [LOW, HIGH]");
      return Optional.empty();
    }
    if (low.doubleValue() >= high.doubleValue()) {
      String order = "the low end " + low.asText() + " is not below the high end " + high.asText();
      problem(key, list, order, "write " + kind + ": [LOW, HIGH]");
      return Optional.empty();
    }
    if (kind.equals("log-uniform") && low.doubleValue() <= 0) {
      String zero = "a log-uniform range begins above 0, found " + low.asText();
      problem(key, list, zero, "use a small positive number, or uniform");
      return Optional.empty();
    }
    if (!kind.equals("integer") && search instanceof Search.Grid) {
      String advice =
          "list values: ["
              + ExperimentKey.text(low.doubleValue())
              + ", ..., "
              + ExperimentKey.text(high.doubleValue())
              + "], or set search: {kind: random, trials: N}";
      problem(key, list, "a grid cannot try every value of a " + kind + " range", advice);
      return Optional.empty();
    }
    return bothFit(key, list) ? Optional.of(domain(kind, low, high)) : Optional.empty();
  }

  private boolean bothFit(ExperimentKey key, Located.Sequence list) {
    return list.items().stream()
            .filter(end -> key.value(end, environment, problems).isPresent())
            .count()
        == 2;
  }

  private static Domain domain(String kind, JsonNode low, JsonNode high) {
    return switch (kind) {
      case "uniform" -> new Domain.Uniform(low.doubleValue(), high.doubleValue());
      case "log-uniform" -> new Domain.LogUniform(low.doubleValue(), high.doubleValue());
      default -> new Domain.Whole(low.longValue(), high.longValue());
    };
  }

  private @Nullable JsonNode number(ExperimentKey key, String kind, Located end) {
    JsonNode value = end instanceof Located.Scalar scalar ? scalar.value() : null;
    if (value == null || !value.isNumber()) {
      problem(key, end, "expected a number, found " + end.describe(), null);
      return null;
    }
    if (kind.equals("integer") && !value.isLong()) {
      String message = "an integer range has whole ends, found " + end.describe();
      problem(key, end, message, "round it, or use uniform");
      return null;
    }
    return value;
  }

  private void problem(ExperimentKey key, Located at, String message, @Nullable String suggestion) {
    problems.add(at.origin(), key.key(), message, suggestion);
  }
}
