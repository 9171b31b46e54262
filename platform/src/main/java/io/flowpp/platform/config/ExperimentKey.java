package io.flowpp.platform.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A key of experiment files, for whoever takes values for it from another file. */
public final class ExperimentKey {
  // Beyond these a number is shorter with an exponent.
  private static final double SMALL = 1e-4;
  private static final double LARGE = 1e7;

  private final String key;
  private final ValueType type;

  private ExperimentKey(String key, ValueType type) {
    this.key = key;
    this.type = type;
  }

  /**
   * A value for the key.
   *
   * @param text the one spelling of it
   */
  public record Value(Located.Scalar written, String text) {}

  /** The key of that dotted name; empty, and told as a problem, where none has it. */
  public static Optional<ExperimentKey> named(String key, Origin where, Problems problems) {
    if (key.equals(ModelKeys.PRESET)) {
      return Optional.of(new ExperimentKey(key, Keys.text("the name of a preset", "\\S+")));
    }
    Entry entry = KeyTable.find(key).filter(e -> !e.key().isEmpty()).orElse(null);
    if (entry instanceof Entry.Leaf leaf) {
      return Optional.of(new ExperimentKey(key, leaf.type()));
    }
    if (entry instanceof Entry.Section section) {
      String keys = String.join(", ", names(section));
      problems.add(where, key, "has keys of its own and takes no value", "name one: " + keys);
    } else if (entry == null) {
      problems.add(where, key, "unknown key", whatWasMeant(key));
    } else {
      problems.add(where, key, "cannot be set here", null);
    }
    return Optional.empty();
  }

  /** Whether keys stand under that key, and no value of its own. */
  public static boolean isGroup(String key) {
    return KeyTable.find(key).filter(Entry.Section.class::isInstance).isPresent();
  }

  public String key() {
    return key;
  }

  /** Whether numbers with a fraction are values of it. */
  public boolean takesFractions() {
    return type instanceof ValueType.Real;
  }

  /** Completes "expected ...". */
  public String expected() {
    return type.expected();
  }

  /** The value; empty, and told as a problem, where {@code written} is none of this key. */
  public Optional<Value> value(Located written, Map<String, String> environment, Problems told) {
    if (!(written instanceof Located.Scalar scalar) || scalar.isNull()) {
      told.add(written.origin(), key, expectedBut(written), null);
      return Optional.empty();
    }
    return new EnvironmentReferences(environment, told)
        .replace(key, scalar)
        .flatMap(
            replaced -> {
              Optional<JsonNode> read = type.read(replaced);
              if (read.isEmpty()) {
                String meant = type.suggestion(replaced).orElse(null);
                told.add(replaced.origin(), key, expectedBut(replaced), meant);
              }
              return read.map(value -> new Value(scalar, text(value)));
            });
  }

  private String expectedBut(Located written) {
    return "expected " + type.expected() + ", found " + written.describe();
  }

  /** A value of a merged tree as {@link Value#text} has it. */
  public static String text(JsonNode value) {
    if (value instanceof TextNode || !(value instanceof DoubleNode)) {
      return value.asText();
    }
    return text(value.doubleValue());
  }

  /** A number in the one spelling that it has. */
  public static String text(double number) {
    double size = Math.abs(number);
    BigDecimal exact = BigDecimal.valueOf(number).stripTrailingZeros();
    if (size == 0 || (size >= SMALL && size < LARGE)) {
      return exact.toPlainString();
    }
    String digits = exact.unscaledValue().toString();
    int exponent = exact.precision() - exact.scale() - 1;
    int first = number < 0 ? 2 : 1;
    String rest = digits.substring(first);
    return digits.substring(0, first) + (rest.isEmpty() ? "" : "." + rest) + "e" + exponent;
  }

  /** Follows the names from the top and takes for each the nearest that there is. */
  private static String whatWasMeant(String key) {
    Entry.Section at = KeyTable.ROOT;
    List<String> path = new ArrayList<>();
    for (String name : key.split("\\.", -1)) {
      List<String> names = names(at);
      Optional<String> near =
          names.contains(name) ? Optional.of(name) : Suggestions.nearest(name, names);
      if (near.isEmpty()) {
        return elsewhere(key, path, names);
      }
      path.add(near.get());
      Entry entry = KeyTable.find(String.join(".", path)).orElseThrow();
      if (!(entry instanceof Entry.Section section)) {
        break;
      }
      at = section;
    }
    return "did you mean '" + String.join(".", path) + "'?";
  }

  private static String elsewhere(String key, List<String> path, List<String> names) {
    String last = key.substring(key.lastIndexOf('.') + 1);
    List<String> same =
        KeyTable.all().values().stream()
            .filter(Entry.Leaf.class::isInstance)
            .filter(entry -> Suggestions.same(entry.name(), last))
            .map(Entry::key)
            .toList();
    if (!same.isEmpty()) {
      return "did you mean '" + String.join("' or '", same) + "'?";
    }
    String above = path.isEmpty() ? "" : String.join(".", path) + ".";
    return "known keys: " + String.join(", ", names.stream().map(n -> above + n).toList());
  }

  private static List<String> names(Entry.Section section) {
    return section.entries().stream().map(Entry::name).toList();
  }
}
