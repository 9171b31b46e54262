package io.flowpp.platform.config;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.ReaderException;

/** YAML text to {@link Located}: anchors and {@code <<} are resolved, tags are refused. */
final class YamlReader {
  // Far above any experiment; anchors within anchors multiply, and must not fill the memory.
  private static final int MAX_VALUES = 10_000;
  private static final int MAX_DEPTH = 30;

  // What plain YAML resolves to; anything else was written out as a tag.
  private static final Set<Tag> TAGS =
      Set.of(
          Tag.STR,
          Tag.INT,
          Tag.FLOAT,
          Tag.BOOL,
          Tag.NULL,
          Tag.TIMESTAMP,
          Tag.MERGE,
          Tag.YAML,
          Tag.MAP,
          Tag.SEQ);

  private final String file;
  private final String text;
  private final boolean oneLine;
  private final Problems problems;
  private final Set<Node> path = Collections.newSetFromMap(new IdentityHashMap<>());
  private final ArrayDeque<String> keys = new ArrayDeque<>();
  private int values;

  private YamlReader(String file, String text, boolean oneLine, Problems problems) {
    this.file = file;
    this.text = text;
    this.oneLine = oneLine;
    this.problems = problems;
  }

  /** Reads a whole file; null where it has a problem or says nothing. */
  static @Nullable Located file(String file, String text, Problems problems) {
    return new YamlReader(file, text, false, problems).read();
  }

  /** Reads the value of an override; null where it has a problem or says nothing. */
  static @Nullable Located override(String key, String value, Problems problems) {
    YamlReader reader = new YamlReader(Origin.COMMAND_LINE, value, true, problems);
    reader.keys.add(key);
    return reader.read();
  }

  private @Nullable Located read() {
    LoaderOptions limits = new LoaderOptions();
    limits.setNestingDepthLimit(MAX_DEPTH);
    limits.setMaxAliasesForCollections(MAX_VALUES);
    try {
      Node root = new Yaml(limits).compose(new StringReader(text));
      return root == null ? null : convert(root, origin(root.getStartMark()));
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark();
      problems.add(
          mark == null ? origin(1) : origin(mark), key(), explain(e, mark), adviceFor(mark));
    } catch (ReaderException e) {
      int line = 1 + (int) text.codePoints().limit(e.getPosition()).filter(c -> c == '\n').count();
      String character = String.format("U+%04X", e.getCodePoint());
      problems.add(
          origin(line), key(), "not valid YAML: character " + character, "remove the character");
    } catch (YAMLException e) {
      problems.add(origin(1), key(), "not valid YAML: " + firstLine(e.getMessage()), null);
    }
    return null;
  }

  private @Nullable Located convert(Node node, Origin origin) {
    if (++values > MAX_VALUES) {
      throw new YAMLException("more than " + MAX_VALUES + " values, with what anchors repeat");
    }
    if (!path.add(node)) {
      problems.add(origin, key(), "an anchor that contains itself", "write the value out");
      return null;
    }
    try {
      if (!TAGS.contains(node.getTag())) {
        String tag = node.getTag().getValue();
        problems.add(origin, key(), "tags have no meaning here, found " + tag, "remove the tag");
        return null;
      }
      if (node instanceof ScalarNode scalar) {
        boolean plain = scalar.getScalarStyle() == ScalarStyle.PLAIN;
        return new Located.Scalar(origin, scalar.getValue(), plain);
      }
      return node instanceof SequenceNode sequence
          ? sequence(sequence, origin)
          : mapping((MappingNode) node, origin);
    } finally {
      path.remove(node);
    }
  }

  private Located sequence(SequenceNode node, Origin origin) {
    List<Located> items = new ArrayList<>();
    for (Node item : node.getValue()) {
      Located converted = convert(item, origin(item.getStartMark()));
      if (converted != null) {
        items.add(converted);
      }
    }
    return new Located.Sequence(origin, items);
  }

  private Located.Mapping mapping(MappingNode node, Origin origin) {
    Map<String, Located> entries = new LinkedHashMap<>();
    Map<String, Located> merged = new LinkedHashMap<>();
    Map<String, Origin> seen = new LinkedHashMap<>();
    for (NodeTuple tuple : node.getValue()) {
      Origin here = origin(tuple.getKeyNode().getStartMark());
      if (!(tuple.getKeyNode() instanceof ScalarNode name)) {
        problems.add(here, key(), "a key must be a word", "put quotes around a value with braces");
        continue;
      }
      String key = name.getValue();
      keys.addLast(key);
      Origin first = seen.putIfAbsent(key, here);
      if (first != null) {
        problems.add(
            here, key(), "duplicate key; line " + first.line() + " has it already", "remove one");
      } else {
        Located value = convert(tuple.getValueNode(), here);
        if (value != null && isMergeKey(name)) {
          merge(value, merged);
        } else if (value != null) {
          entries.put(key, value);
        }
      }
      keys.removeLast();
    }
    merged.forEach(entries::putIfAbsent);
    return new Located.Mapping(origin, entries);
  }

  private static boolean isMergeKey(ScalarNode name) {
    return name.getValue().equals("<<") && name.getScalarStyle() == ScalarStyle.PLAIN;
  }

  /** {@code <<: *anchor} or {@code <<: [*a, *b]}: keys that the mapping does not have itself. */
  private void merge(Located value, Map<String, Located> merged) {
    if (value instanceof Located.Mapping mapping) {
      mapping.entries().forEach(merged::putIfAbsent);
    } else if (value instanceof Located.Sequence sequence) {
      sequence.items().forEach(item -> merge(item, merged));
    } else {
      problems.add(value.origin(), key(), "expected an anchor of keys with values", null);
    }
  }

  private String explain(MarkedYAMLException e, @Nullable Mark mark) {
    if (isTab(mark)) {
      return "a tab in the indentation";
    }
    String context = e.getContext() == null ? "" : firstLine(e.getContext()) + ", ";
    return "not valid YAML: " + context + firstLine(e.getProblem());
  }

  private @Nullable String adviceFor(@Nullable Mark mark) {
    if (isTab(mark)) {
      return "indent with spaces";
    }
    return oneLine
        ? "put quotes around a value with special characters"
        : "check the indentation and the colons here and above";
  }

  private boolean isTab(@Nullable Mark mark) {
    return mark != null
        && mark.getIndex() < mark.getBuffer().length
        && mark.getPointer() < mark.getBuffer().length
        && mark.getBuffer()[mark.getPointer()] == '\t';
  }

  private Origin origin(Mark mark) {
    return origin(mark.getLine() + 1);
  }

  private Origin origin(int line) {
    return new Origin(file, oneLine ? 0 : line);
  }

  private String key() {
    return String.join(".", keys);
  }

  private static String firstLine(@Nullable String message) {
    return message == null ? "unreadable" : message.lines().findFirst().orElse("unreadable");
  }
}
