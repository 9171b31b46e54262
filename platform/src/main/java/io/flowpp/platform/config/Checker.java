package io.flowpp.platform.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.flowpp.platform.config.Entry.Condition;
import io.flowpp.platform.config.Entry.Default;
import io.flowpp.platform.config.Entry.Leaf;
import io.flowpp.platform.config.Entry.Section;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads merged YAML by the key table: unknown keys, wrong values, missing keys, keys without a
 * meaning.
 */
final class Checker {
  private final Layers layers;
  private final EnvironmentReferences environment;
  private final Problems problems;
  private final Values values;
  private final Map<String, Origin> sections = new HashMap<>();

  Checker(String fileName, Layers layers, EnvironmentReferences environment, Problems problems) {
    this.layers = layers;
    this.environment = environment;
    this.problems = problems;
    this.values = new Values(fileName);
  }

  /** Collects every problem; values that have one are left out. */
  Values check(Located.Mapping merged) {
    // Where a file could not be read, what it would have said is not missing.
    boolean whole = problems.isEmpty();
    walk(KeyTable.ROOT, merged);
    settlePretraining();
    for (Entry entry : KeyTable.all().values()) {
      if (entry instanceof Leaf leaf && !values.isBroken(leaf.key())) {
        settle(leaf, whole);
      }
    }
    return values;
  }

  private void walk(Section section, Located.Mapping mapping) {
    sections.put(section.key(), mapping.origin());
    mapping
        .entries()
        .forEach(
            (name, value) -> {
              String key = section.key().isEmpty() ? name : section.key() + "." + name;
              Entry entry =
                  section.entries().stream()
                      .filter(child -> child.name().equals(name))
                      .findFirst()
                      .orElse(null);
              if (entry instanceof Section inner) {
                section(inner, value);
              } else if (entry instanceof Leaf leaf) {
                leaf(leaf, value);
              } else if (entry == null) {
                problems.add(value.origin(), key, "unknown key", whatWasMeant(section, name));
                misspelt(section, name, mapping);
              }
            });
  }

  /** A key whose name has a slip is there after all: that it is missing is no second problem. */
  private void misspelt(Section section, String name, Located.Mapping mapping) {
    List<String> names = section.entries().stream().map(Entry::name).toList();
    Suggestions.nearest(name, names)
        .filter(near -> !mapping.entries().containsKey(near))
        .map(near -> section.key().isEmpty() ? near : section.key() + "." + near)
        .ifPresent(values::markBroken);
  }

  private void section(Section section, Located value) {
    if (value instanceof Located.Mapping mapping) {
      walk(section, mapping);
    } else if (!(value instanceof Located.Scalar scalar && scalar.isNull())) {
      List<String> names = section.entries().stream().map(Entry::name).toList();
      problems.add(
          value.origin(),
          section.key(),
          "expected keys with values, found " + value.describe(),
          "known keys: " + String.join(", ", names));
      values.markBroken(section.key());
    }
  }

  private void leaf(Leaf leaf, Located value) {
    if (!(value instanceof Located.Scalar written)) {
      problems.add(value.origin(), leaf.key(), expected(leaf) + value.describe(), null);
      values.markBroken(leaf.key());
      return;
    }
    environment
        .replace(leaf.key(), written)
        .ifPresentOrElse(scalar -> value(leaf, scalar), () -> values.markBroken(leaf.key()));
  }

  private void value(Leaf leaf, Located.Scalar scalar) {
    if (scalar.isNull()) {
      return; // as if it were not written: a base file's value can be taken back so
    }
    leaf.type()
        .read(scalar)
        .ifPresentOrElse(
            read -> values.give(leaf.key(), read, scalar.origin()),
            () -> {
              String meant = leaf.type().suggestion(scalar).orElse(null);
              problems.add(scalar.origin(), leaf.key(), expected(leaf) + scalar.describe(), meant);
              values.markBroken(leaf.key());
            });
  }

  private static String expected(Leaf leaf) {
    return "expected " + leaf.type().expected() + ", found ";
  }

  private static String whatWasMeant(Section section, String name) {
    List<String> names = section.entries().stream().map(Entry::name).toList();
    Optional<String> near = Suggestions.nearest(name, names);
    if (near.isPresent()) {
      return "did you mean '" + near.get() + "'?";
    }
    if (name.contains(".") && KeyTable.find(name).isPresent()) {
      return "write one key a line, '" + name.replace(".", ":', and under it '") + ":'";
    }
    List<String> elsewhere =
        KeyTable.all().values().stream()
            .filter(entry -> !entry.key().isEmpty() && Suggestions.same(entry.name(), name))
            .map(Entry::key)
            .toList();
    List<String> within =
        elsewhere.stream().filter(key -> key.startsWith(section.key() + ".")).toList();
    return elsewhere.isEmpty()
        ? "known keys: " + String.join(", ", names)
        : "it stands at " + String.join(" or ", within.isEmpty() ? elsewhere : within);
  }

  /** Uniform noise has no network that could be pretrained. */
  private void settlePretraining() {
    String kind = "pretraining.kind";
    String dequantizer = ModelKeys.DEQUANTIZER + ".kind";
    boolean uniform = values.text(dequantizer).filter("uniform"::equals).isPresent();
    boolean pretrained = values.text(kind).filter(k -> !k.equals("none")).isPresent();
    if (!uniform || !pretrained) {
      return;
    }
    Origin cause = values.writtenAt(dequantizer).orElseThrow();
    Origin here = values.writtenAt(kind).orElseThrow();
    if (layers.isBelow(here, cause)) {
      values.give(kind, TextNode.valueOf("none"), cause);
    } else {
      problems.add(
          here,
          kind,
          "uniform dequantization has nothing to pretrain",
          "set pretraining.kind: none, or model.dequantizer.kind: variational");
      values.markBroken(kind);
    }
  }

  private void settle(Leaf leaf, boolean whole) {
    Optional<Values.Given> given = values.given(leaf.key());
    Optional<Condition> unmet = values.unmet(leaf.key());
    if (unmet.isPresent()) {
      given.ifPresent(written -> settleUnused(leaf, written, unmet.get()));
    } else if (given.isEmpty() && whole && mustBeWritten(leaf.fallback())) {
      problems.add(
          nearestSection(leaf.key()),
          leaf.key(),
          "missing, expected " + leaf.type().expected(),
          adviceForMissing(leaf));
    }
  }

  private boolean mustBeWritten(Default fallback) {
    return fallback instanceof Default.Required
        || (fallback instanceof Default.SameAs same
            && same.otherwise() == null
            && !values.applies(same.key()));
  }

  /**
   * A later layer may choose against what an earlier one says in detail; one layer may not
   * contradict itself.
   */
  private void settleUnused(Leaf leaf, Values.Given written, Condition unmet) {
    Optional<Origin> cause = values.writtenAt(unmet.key());
    if (cause.isPresent() && layers.isBelow(written.origin(), cause.get())) {
      values.drop(leaf.key());
      return;
    }
    String found = values.get(unmet.key()).map(JsonNode::asText).orElse("nothing");
    String wanted = unmet.values().stream().sorted().findFirst().orElseThrow();
    problems.add(
        written.origin(),
        leaf.key(),
        "has no meaning with " + unmet.key() + ": " + found,
        "remove it, or set " + unmet.key() + ": " + wanted);
  }

  private Origin nearestSection(String key) {
    String above = key.contains(".") ? key.substring(0, key.lastIndexOf('.')) : "";
    Origin origin = sections.get(above);
    return origin != null ? origin : nearestSection(above);
  }

  private static String adviceForMissing(Leaf leaf) {
    if (leaf.key().equals("pretraining.steps")) {
      return "give it, or set pretraining.kind: none";
    }
    return leaf.key().startsWith("model.") && leaf.fallback() instanceof Default.Required
        ? "give it, or start from model.preset"
        : "give it";
  }
}
