package io.flowpp.platform.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A merged configuration as YAML that can be read back. */
public final class ConfigText {
  private record Line(String text, String origin) {}

  private ConfigText() {}

  public static String of(LoadedExperiment loaded) {
    return write(loaded.tree(), key -> "");
  }

  /** The same with an absolute source: it means the same wherever it is written. */
  public static String standalone(LoadedExperiment loaded) {
    return write(loaded.standalone(), key -> "");
  }

  /** The same with the place where each value was written as a comment behind it. */
  public static String withOrigins(LoadedExperiment loaded) {
    return write(
        loaded.tree(),
        key -> {
          Origin origin = loaded.origins().get(key);
          return origin == null ? "" : origin.toString();
        });
  }

  private static String write(ObjectNode tree, Function<String, String> origin) {
    List<Line> lines = new ArrayList<>();
    collect(tree, "", "", origin, lines);
    int width = lines.stream().mapToInt(line -> line.text().length()).max().orElse(0);
    StringBuilder text = new StringBuilder();
    for (Line line : lines) {
      text.append(line.text());
      if (!line.origin().isEmpty()) {
        text.append(" ".repeat(width - line.text().length())).append("  # ").append(line.origin());
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static void collect(
      ObjectNode node,
      String above,
      String indent,
      Function<String, String> origin,
      List<Line> to) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String key = above.isEmpty() ? field.getKey() : above + "." + field.getKey();
      if (field.getValue() instanceof ObjectNode inner) {
        to.add(new Line(indent + field.getKey() + ":", ""));
        collect(inner, key, indent + "  ", origin, to);
      } else {
        String value = scalar(field.getValue());
        to.add(new Line(indent + field.getKey() + ": " + value, origin.apply(key)));
      }
    }
  }

  /** Text that could be taken for something else gets quotes; JSON's quotes are YAML's too. */
  private static String scalar(JsonNode value) {
    if (!value.isTextual()) {
      return value.toString();
    }
    String text = value.textValue();
    boolean safe =
        text.matches("[A-Za-z/.][A-Za-z0-9 _./-]*")
            && text.equals(text.strip())
            && new Located.Scalar(new Origin("", 0), text, true).value().isTextual();
    return safe ? text : value.toString();
  }
}
