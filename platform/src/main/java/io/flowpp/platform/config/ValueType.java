package io.flowpp.platform.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** What may stand behind a key: reads it, names it in a message and describes it as JSON Schema. */
sealed interface ValueType {
  /** Completes "expected ...". */
  String expected();

  /** The value in the one form that it has in the merged tree; empty where it is no such value. */
  Optional<JsonNode> read(Located.Scalar scalar);

  /** Keywords of JSON Schema that say the same. */
  ObjectNode schema();

  /** What was meant by a value that cannot be read. */
  default Optional<String> suggestion(Located.Scalar scalar) {
    return Optional.empty();
  }

  private static ObjectNode type(String type) {
    return JsonNodeFactory.instance.objectNode().put("type", type);
  }

  /** A whole number, both bounds included. */
  record Whole(long min, long max) implements ValueType {
    @Override
    public String expected() {
      return max >= Integer.MAX_VALUE
          ? "a whole number of at least " + min
          : "a whole number from " + min + " to " + max;
    }

    @Override
    public Optional<JsonNode> read(Located.Scalar scalar) {
      JsonNode value = scalar.value();
      boolean fits = value.isLong() && value.longValue() >= min && value.longValue() <= max;
      return fits ? Optional.of(LongNode.valueOf(value.longValue())) : Optional.empty();
    }

    @Override
    public ObjectNode schema() {
      return type("integer").put("minimum", min).put("maximum", max);
    }
  }

  /** A number in an interval, open or closed at each end as its keywords say. */
  record Real(double low, String lowKeyword, double high, String highKeyword) implements ValueType {
    private static final String CLOSED_LOW = "minimum";
    private static final String CLOSED_HIGH = "maximum";

    static Real probability() {
      return new Real(0, CLOSED_LOW, 1, "exclusiveMaximum");
    }

    static Real fraction() {
      return new Real(0, CLOSED_LOW, 1, CLOSED_HIGH);
    }

    static Real positive(double high) {
      return new Real(0, "exclusiveMinimum", high, CLOSED_HIGH);
    }

    @Override
    public String expected() {
      return "a number "
          + (lowKeyword.equals(CLOSED_LOW) ? "of at least " : "above ")
          + shown(low)
          + (highKeyword.equals(CLOSED_HIGH) ? " and at most " : " and below ")
          + shown(high);
    }

    private static String shown(double bound) {
      return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
    }

    @Override
    public Optional<JsonNode> read(Located.Scalar scalar) {
      JsonNode value = scalar.value();
      if (!value.isNumber()) {
        return Optional.empty();
      }
      double number = value.doubleValue();
      boolean aboveLow = lowKeyword.equals(CLOSED_LOW) ? number >= low : number > low;
      boolean belowHigh = highKeyword.equals(CLOSED_HIGH) ? number <= high : number < high;
      // Adding 0.0 turns -0.0 into 0.0: they are equal, but not written equally.
      return aboveLow && belowHigh
          ? Optional.of(DoubleNode.valueOf(number + 0.0))
          : Optional.empty();
    }

    @Override
    public ObjectNode schema() {
      return type("number").put(lowKeyword, low).put(highKeyword, high);
    }
  }

  /** Yes or no. */
  record Flag() implements ValueType {
    private static final Map<String, String> WORDS =
        Map.of(
            "yes", "true", "on", "true", "1", "true", "no", "false", "off", "false", "0", "false");

    @Override
    public String expected() {
      return "true or false";
    }

    @Override
    public Optional<JsonNode> read(Located.Scalar scalar) {
      JsonNode value = scalar.value();
      return value.isBoolean()
          ? Optional.of(BooleanNode.valueOf(value.booleanValue()))
          : Optional.empty();
    }

    @Override
    public ObjectNode schema() {
      return type("boolean");
    }

    @Override
    public Optional<String> suggestion(Located.Scalar scalar) {
      String word = scalar.text().toLowerCase(java.util.Locale.ROOT);
      return Optional.ofNullable(WORDS.get(word))
          .or(() -> Suggestions.nearest(word, List.of("true", "false")))
          .map(meant -> "did you mean '" + meant + "'?");
    }
  }

  /** One of a few words. */
  record Choice(List<String> words) implements ValueType {
    static Choice of(String... words) {
      return new Choice(List.of(words));
    }

    @Override
    public String expected() {
      int last = words.size() - 1;
      return last == 0
          ? words.get(0)
          : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    }

    @Override
    public Optional<JsonNode> read(Located.Scalar scalar) {
      return words.contains(scalar.text())
          ? Optional.of(TextNode.valueOf(scalar.text()))
          : Optional.empty();
    }

    @Override
    public ObjectNode schema() {
      ObjectNode schema = type("string");
      words.forEach(schema.putArray("enum")::add);
      return schema;
    }

    @Override
    public Optional<String> suggestion(Located.Scalar scalar) {
      return Suggestions.nearest(scalar.text(), words).map(near -> "did you mean '" + near + "'?");
    }
  }

  /**
   * Text of a certain form.
   *
   * @param normal the one spelling of a text that has several
   */
  record Text(String expected, Pattern pattern, Function<String, String> normal)
      implements ValueType {
    @Override
    public Optional<JsonNode> read(Located.Scalar scalar) {
      return pattern.matcher(scalar.text()).matches()
          ? Optional.of(TextNode.valueOf(normal.apply(scalar.text())))
          : Optional.empty();
    }

    @Override
    public ObjectNode schema() {
      return type("string").put("pattern", "^(" + pattern.pattern() + ")$");
    }
  }
}
