package io.flowpp.platform.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.flowpp.platform.config.Entry.Condition;
import io.flowpp.platform.config.Entry.Default;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The values of one experiment by dotted key: those that are written, and what the table makes of
 * the rest.
 */
final class Values {
  record Given(JsonNode value, Origin origin) {}

  private final String fileName;
  private final Map<String, Given> given = new LinkedHashMap<>();
  private final Set<String> broken = new HashSet<>();

  Values(String fileName) {
    this.fileName = fileName;
  }

  void give(String key, JsonNode value, Origin origin) {
    given.put(key, new Given(value, origin));
  }

  void drop(String key) {
    given.remove(key);
  }

  /** From now on the key has no value, and nothing that depends on it has one. */
  void markBroken(String key) {
    broken.add(key);
  }

  Optional<Given> given(String key) {
    return Optional.ofNullable(given.get(key));
  }

  JsonNode fileName() {
    String usable = fileName.replaceAll("[^A-Za-z0-9._-]", "-").replaceAll("^[^A-Za-z0-9]+", "");
    String name = usable.isEmpty() ? "experiment" : usable;
    return TextNode.valueOf(name.substring(0, Math.min(100, name.length())));
  }

  /** The value that holds; empty where there is none: broken, missing or without a meaning. */
  Optional<JsonNode> get(String key) {
    if (isBroken(key) || !applies(key)) {
      return Optional.empty();
    }
    Given written = given.get(key);
    return written != null
        ? Optional.of(written.value())
        : Optional.ofNullable(fallback(KeyTable.valueAt(key).fallback()));
  }

  private @Nullable JsonNode fallback(Default fallback) {
    if (fallback instanceof Default.Fixed fixed) {
      return fixed.value();
    }
    if (fallback instanceof Default.Open) {
      return NullNode.instance;
    }
    if (fallback instanceof Default.Derived derived) {
      return derived.rule().apply(this);
    }
    if (fallback instanceof Default.SameAs same) {
      return get(same.key()).orElse(same.otherwise());
    }
    return null;
  }

  /** The first of two keys that has a value. */
  @Nullable JsonNode either(String first, String second) {
    return get(first).or(() -> get(second)).orElse(null);
  }

  /** Whether the key, and what it stands under, has a meaning beside the other values. */
  boolean applies(String key) {
    return unmet(key).isEmpty();
  }

  /** The condition because of which a key has no meaning. */
  Optional<Condition> unmet(String key) {
    int dot = key.lastIndexOf('.');
    Optional<Condition> above = dot < 0 ? Optional.empty() : unmet(key.substring(0, dot));
    return above.or(
        () -> {
          Condition when = KeyTable.find(key).map(Entry::when).orElse(null);
          return when == null || holds(when)
              ? Optional.empty()
              : unmet(when.key()).or(() -> Optional.of(when));
        });
  }

  private boolean holds(Condition when) {
    return get(when.key()).filter(v -> when.values().contains(v.asText())).isPresent();
  }

  /**
   * Whether something that a value depends on was told as a problem, so that it cannot be judged.
   */
  boolean isBroken(String key) {
    if (broken.contains(key)) {
      return true;
    }
    int dot = key.lastIndexOf('.');
    if (dot >= 0 && isBroken(key.substring(0, dot))) {
      return true;
    }
    Entry entry = KeyTable.find(key).orElseThrow();
    Condition when = entry.when();
    if (when != null && isBroken(when.key())) {
      return true;
    }
    return !given.containsKey(key) && entry instanceof Entry.Leaf leaf && isBroken(leaf.fallback());
  }

  private boolean isBroken(Default fallback) {
    if (fallback instanceof Default.SameAs same) {
      return isBroken(same.key());
    }
    return fallback instanceof Default.Derived derived && derived.rule().apply(this) == null;
  }

  /** Where the value that holds was written; empty for a default. */
  Optional<Origin> writtenAt(String key) {
    Given written = given.get(key);
    if (written != null) {
      return Optional.of(written.origin());
    }
    return KeyTable.valueAt(key).fallback() instanceof Default.SameAs same
        ? writtenAt(same.key())
        : Optional.empty();
  }

  Optional<Long> whole(String key) {
    return get(key).filter(JsonNode::isIntegralNumber).map(JsonNode::longValue);
  }

  Optional<String> text(String key) {
    return get(key).filter(JsonNode::isTextual).map(JsonNode::textValue);
  }
}
