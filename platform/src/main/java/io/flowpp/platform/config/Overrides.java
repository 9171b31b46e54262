package io.flowpp.platform.config;

import java.util.List;
import java.util.regex.Pattern;

/** Settings of the command line, {@code a.b=value} each: one layer above all files. */
final class Overrides {
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");
  private static final Origin HERE = new Origin(Origin.COMMAND_LINE, 0);

  private Overrides() {}

  static Located.Mapping parse(List<String> overrides, Problems problems) {
    Located.Mapping all = Located.Mapping.empty(HERE);
    for (String override : overrides) {
      int equals = override.indexOf('=');
      String key = equals < 0 ? "" : override.substring(0, equals).strip();
      if (!KEY.matcher(key).matches()) {
        problems.add(
            HERE, "", "expected KEY=VALUE, found '" + override + "'", "like training.steps=100");
        continue;
      }
      if (key.equals(KeyTable.EXTENDS)) {
        problems.add(HERE, key, "a base belongs into the file", "write 'extends: FILE' there");
        continue;
      }
      int before = problems.size();
      Located value = YamlReader.override(key, override.substring(equals + 1), problems);
      if (problems.size() == before) {
        Located written = value == null ? new Located.Scalar(HERE, "", true) : value;
        all = Layers.overlay(all, nest(key, written));
      }
    }
    return all;
  }

  private static Located.Mapping nest(String key, Located value) {
    int dot = key.indexOf('.');
    Located.Mapping empty = Located.Mapping.empty(HERE);
    return dot < 0
        ? empty.with(key, value)
        : empty.with(key.substring(0, dot), nest(key.substring(dot + 1), value));
  }
}
