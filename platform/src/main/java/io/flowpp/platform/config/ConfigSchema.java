package io.flowpp.platform.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowpp.platform.config.Entry.Default;
import io.flowpp.platform.config.Entry.Leaf;
import io.flowpp.platform.config.Entry.Section;

/**
 * JSON Schema (2020-12) of experiment files, for editors. It is written from the table that the
 * loader checks by; that a key is missing or fits no other key only the loader can tell, since
 * bases, presets and the command line add to a file.
 */
public final class ConfigSchema {
  private ConfigSchema() {}

  public static ObjectNode generate() {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", "Flow++ experiment");
    schema.setAll(section(KeyTable.ROOT));
    return schema;
  }

  private static ObjectNode section(Section section) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    schema.put("description", section.about());
    // A heading with nothing under it is allowed, and reads as null.
    schema.putArray("type").add("object").add("null");
    schema.put("additionalProperties", false);
    ObjectNode properties = schema.putObject("properties");
    for (Entry entry : section.entries()) {
      properties.set(entry.name(), entry(entry));
    }
    return schema;
  }

  private static ObjectNode entry(Entry entry) {
    if (entry instanceof Section section) {
      return section(section);
    }
    if (entry instanceof Leaf leaf) {
      return leaf(leaf);
    }
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    schema.put("description", entry.about());
    schema.putArray("type").add("string").add("null");
    return schema;
  }

  /** The value itself, nothing (the default), or a reference to the environment. */
  private static ObjectNode leaf(Leaf leaf) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    schema.put("description", leaf.about() + meaning(leaf));
    ArrayNode either = schema.putArray("anyOf");
    either.add(leaf.type().schema());
    either.addObject().put("type", "null");
    either.addObject().put("type", "string").put("pattern", "\\$\\{ENV:[A-Za-z_][A-Za-z0-9_]*\\}");
    if (leaf.fallback() instanceof Default.Fixed fixed) {
      schema.set("default", fixed.value());
    }
    return schema;
  }

  private static String meaning(Leaf leaf) {
    Default fallback = leaf.fallback();
    String text = "";
    if (fallback instanceof Default.Required) {
      text = " Must be given somewhere.";
    } else if (fallback instanceof Default.Open open) {
      text = " Default: " + open.meaning() + ".";
    } else if (fallback instanceof Default.SameAs same) {
      text = " Default: as " + same.key() + ".";
    } else if (fallback instanceof Default.Derived derived) {
      text = " Default: " + derived.meaning() + ".";
    }
    Entry.Condition when = leaf.when();
    return when == null
        ? text
        : text
            + " Only with "
            + when.key()
            + ": "
            + String.join(" or ", when.values().stream().sorted().toList())
            + ".";
  }
}
