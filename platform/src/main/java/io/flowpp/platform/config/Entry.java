package io.flowpp.platform.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A line of the key table: {@link KeyTable} holds them all. */
sealed interface Entry {
  /** Dotted path from the top; empty for the top itself. */
  String key();

  /** What it is for, in one sentence of help. */
  String about();

  /** When it has a meaning; null for always. */
  @Nullable Condition when();

  default String name() {
    return key().substring(key().lastIndexOf('.') + 1);
  }

  /** Keys under a key. */
  record Section(String key, String about, @Nullable Condition when, List<Entry> entries)
      implements Entry {
    public Section {
      entries = List.copyOf(entries);
    }
  }

  /** A key with a value. */
  record Leaf(String key, String about, ValueType type, Default fallback, @Nullable Condition when)
      implements Entry {}

  /** A key that names another file and is gone once that file is merged. */
  record Directive(String key, String about) implements Entry {
    @Override
    public @Nullable Condition when() {
      return null;
    }
  }

  /** Holds where the value of {@code key} is one of {@code values}. */
  record Condition(String key, Set<String> values) {}

  /** What holds where nothing is written. */
  sealed interface Default {
    record Fixed(JsonNode value) implements Default {}

    /** Must be written. */
    record Required() implements Default {}

    /** Nothing is a value of its own, with this meaning. */
    record Open(String meaning) implements Default {}

    /**
     * The value of another key; where that has no meaning, {@code otherwise}, and if null, it must
     * be written.
     */
    record SameAs(String key, @Nullable JsonNode otherwise) implements Default {}

    /**
     * Computed from other values, in the words of {@code meaning}; null where one of them is
     * missing.
     */
    record Derived(String meaning, Function<Values, @Nullable JsonNode> rule) implements Default {}
  }
}
