package io.flowpp.platform.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A piece of YAML that still knows where it was written. */
public sealed interface Located {
  /** The line of the key that this is the value of. */
  Origin origin();

  /** What a message calls it. */
  String describe();

  record Mapping(Origin origin, Map<String, Located> entries) implements Located {
    public Mapping {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    public static Mapping empty(Origin origin) {
      return new Mapping(origin, Map.of());
    }

    Mapping without(String key) {
      Map<String, Located> rest = new LinkedHashMap<>(entries);
      rest.remove(key);
      return new Mapping(origin, rest);
    }

    public Mapping with(String key, Located value) {
      Map<String, Located> all = new LinkedHashMap<>(entries);
      all.put(key, value);
      return new Mapping(origin, all);
    }

    @Override
    public String describe() {
      return "keys with values";
    }
  }

  record Sequence(Origin origin, List<Located> items) implements Located {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String describe() {
      return "a list";
    }
  }

  /**
   * One value as it was written.
   *
   * @param plain without quotes: it may mean a number, a truth value or nothing
   */
  record Scalar(Origin origin, String text, boolean plain) implements Located {
    private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]+");
    private static final Pattern REAL =
        Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");

    /**
     * The value by the core schema of YAML 1.2. The 1.1 rules that most parsers apply would read
     * {@code 1e-3} as text, {@code 010} as eight and {@code 1:30} as ninety.
     */
    public JsonNode value() {
      if (!plain) {
        return TextNode.valueOf(text);
      }
      switch (text) {
        case "", "~", "null", "Null", "NULL":
          return NullNode.instance;
        case "true", "True", "TRUE":
          return BooleanNode.TRUE;
        case "false", "False", "FALSE":
          return BooleanNode.FALSE;
        default:
          return number();
      }
    }

    private JsonNode number() {
      // A number of a thousand digits is nobody's setting, and costs time to read.
      if (text.length() > 40 || !REAL.matcher(text).matches()) {
        return TextNode.valueOf(text);
      }
      if (WHOLE.matcher(text).matches()) {
        BigInteger whole = new BigInteger(text.startsWith("+") ? text.substring(1) : text);
        return whole.bitLength() < 64
            ? LongNode.valueOf(whole.longValue())
            : TextNode.valueOf(text);
      }
      double real = Double.parseDouble(text);
      if (Double.isInfinite(real)) {
        return TextNode.valueOf(text);
      }
      return isWhole(text, real) ? LongNode.valueOf((long) real) : DoubleNode.valueOf(real);
    }

    /** 1e3 and 100.0 are whole numbers too. */
    private static boolean isWhole(String text, double real) {
      return Math.abs(real) < 1e15
          && real == Math.rint(real)
          && new BigDecimal(text).stripTrailingZeros().scale() <= 0;
    }

    public boolean isNull() {
      return value().isNull();
    }

    @Override
    public String describe() {
      if (isNull()) {
        return "nothing";
      }
      String shown = text.length() > 60 ? text.substring(0, 57) + "..." : text;
      shown = shown.replaceAll("\\p{Cntrl}", " ");
      return value().isTextual() ? "'" + shown + "'" : shown;
    }
  }
}
