package io.flowpp.platform.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowpp.platform.config.Located;
import io.flowpp.platform.config.Origin;
import io.flowpp.platform.config.Problems;
import io.flowpp.platform.config.Suggestions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Some keys of a sweep's file, read one by one; what is wrong becomes a problem. */
final class Fields {
  private final String at;
  private final Located.Mapping mapping;
  private final Problems problems;

  /**
   * @param at the dotted key of the mapping; empty for the file
   */
  Fields(String at, Located.Mapping mapping, Problems problems) {
    this.at = at;
    this.mapping = mapping;
    this.problems = problems;
  }

  /** Tells of every key that is none of these. */
  void expectOnly(List<String> known) {
    mapping
        .entries()
        .forEach(
            (name, value) -> {
              if (!known.contains(name)) {
                String meant = Suggestions.nearestOrAll(name, known, "known keys");
                problems.add(value.origin(), key(name), "unknown key", meant);
              }
            });
  }

  String key(String name) {
    return at.isEmpty() ? name : at + "." + name;
  }

  /** What is written; null where nothing is. */
  @Nullable Located get(String name) {
    Located value = mapping.entries().get(name);
    return value instanceof Located.Scalar scalar && scalar.isNull() ? null : value;
  }

  Origin origin(String name) {
    Located value = mapping.entries().get(name);
    return value == null ? mapping.origin() : value.origin();
  }

  void problem(String name, String message, @Nullable String suggestion) {
    problems.add(origin(name), key(name), message, suggestion);
  }

  /** The keys under a key; none where it is not written. */
  Located.Mapping mapping(String name, String example) {
    Located value = get(name);
    if (value == null) {
      return Located.Mapping.empty(origin(name));
    }
    if (value instanceof Located.Mapping inner) {
      return inner;
    }
    problem(name, "expected keys with values, found " + value.describe(), example);
    return Located.Mapping.empty(value.origin());
  }

  Optional<String> text(String name, String expected, Pattern pattern) {
    Located value = get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof Located.Scalar scalar && pattern.matcher(scalar.text()).matches()) {
      return Optional.of(scalar.text());
    }
    problem(name, "expected " + expected + ", found " + value.describe(), null);
    return Optional.empty();
  }

  /** One of the names of an enum's constants or of other words. */
  Optional<String> choice(String name, List<String> words) {
    Located value = get(name);
    if (value == null) {
      return Optional.empty();
    }
    String found = value instanceof Located.Scalar s ? s.text().toLowerCase(Locale.ROOT) : "";
    if (words.contains(found)) {
      return Optional.of(found);
    }
    String expected = "expected " + String.join(" or ", words) + ", found " + value.describe();
    problem(name, expected, Suggestions.nearest(found, words).map(Fields::meant).orElse(null));
    return Optional.empty();
  }

  private static String meant(String word) {
    return "did you mean '" + word + "'?";
  }

  /** A whole number from {@code low} to {@code high}. */
  Optional<Long> whole(String name, long low, long high) {
    Located value = get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof Located.Scalar scalar) {
      JsonNode number = scalar.value();
      if (number.isLong() && number.longValue() >= low && number.longValue() <= high) {
        return Optional.of(number.longValue());
      }
    }
    String range = high >= Integer.MAX_VALUE ? "of at least " + low : "from " + low + " to " + high;
    problem(name, "expected a whole number " + range + ", found " + value.describe(), null);
    return Optional.empty();
  }

  /** A count: a whole number of at least one. */
  @Nullable Integer count(String name) {
    return whole(name, 1, Integer.MAX_VALUE).map(Math::toIntExact).orElse(null);
  }

  @Nullable Double positive(String name) {
    Located value = get(name);
    if (value == null) {
      return null;
    }
    if (value instanceof Located.Scalar scalar) {
      JsonNode number = scalar.value();
      if (number.isNumber() && number.doubleValue() > 0) {
        return number.doubleValue();
      }
    }
    problem(name, "expected a number above 0, found " + value.describe(), null);
    return null;
  }
}
