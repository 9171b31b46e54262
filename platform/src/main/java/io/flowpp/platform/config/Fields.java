package io.flowpp.platform.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Some keys of a file that is no experiment's (a sweep's, a regression's), read one by one; what is
 * wrong becomes a problem.
 */
public final class Fields {
  private final String at;
  private final Located.Mapping mapping;
  private final Problems problems;

  /**
   * @param at the dotted key of the mapping; empty for the file
   */
  public Fields(String at, Located.Mapping mapping, Problems problems) {
    this.at = at;
    this.mapping = mapping;
    this.problems = problems;
  }

  /** Tells of every key that is none of these. */
  public void expectOnly(List<String> known) {
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

  public String key(String name) {
    return at.isEmpty() ? name : at + "." + name;
  }

  /** What is written; null where nothing is. */
  public @Nullable Located get(String name) {
    Located value = mapping.entries().get(name);
    return value instanceof Located.Scalar scalar && scalar.isNull() ? null : value;
  }

  public Origin origin(String name) {
    Located value = mapping.entries().get(name);
    return value == null ? mapping.origin() : value.origin();
  }

  public void problem(String name, String message, @Nullable String suggestion) {
    problems.add(origin(name), key(name), message, suggestion);
  }

  /** The keys under a key; none where it is not written. */
  public Located.Mapping mapping(String name, String example) {
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

  public Optional<String> text(String name, String expected, Pattern pattern) {
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
  public Optional<String> choice(String name, List<String> words) {
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
  public Optional<Long> whole(String name, long low, long high) {
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
  public @Nullable Integer count(String name) {
    return whole(name, 1, Integer.MAX_VALUE).map(Math::toIntExact).orElse(null);
  }

  /**
   * A list of seeds, none of them twice; empty where none is written.
   *
   * @param ifEmpty what to do where the list is empty
   */
  public List<Long> seeds(String name, String ifEmpty) {
    Located written = get(name);
    List<Long> seeds = new ArrayList<>();
    if (written == null) {
      return seeds;
    }
    if (!(written instanceof Located.Sequence list)) {
      String found = "expected a list like [1, 2, 3], found " + written.describe();
      problem(name, found, "a single seed is [1]");
      return seeds;
    }
    if (list.items().isEmpty()) {
      problem(name, "an empty list", ifEmpty);
    }
    for (Located item : list.items()) {
      boolean whole =
          item instanceof Located.Scalar s && s.value().isLong() && s.value().longValue() >= 0;
      if (!whole) {
        String message = "expected whole numbers of at least 0, found " + item.describe();
        problems.add(item.origin(), key(name), message, null);
      } else {
        long seed = ((Located.Scalar) item).value().longValue();
        if (seeds.contains(seed)) {
          problems.add(item.origin(), key(name), "has " + seed + " twice", "remove one");
        } else {
          seeds.add(seed);
        }
      }
    }
    return seeds;
  }

  public @Nullable Double positive(String name) {
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
