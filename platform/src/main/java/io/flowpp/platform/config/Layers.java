package io.flowpp.platform.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The order in which files were laid over one another. */
final class Layers {
  private final List<String> files = new ArrayList<>();

  /** {@code file} now lies above all others. */
  void push(String file) {
    files.remove(file);
    files.add(file);
  }

  /** Whether {@code one} was written in a layer under that of {@code other}. */
  boolean isBelow(Origin one, Origin other) {
    return files.indexOf(one.file()) < files.indexOf(other.file());
  }

  /** What {@code upper} says, and what {@code lower} says where it is silent. */
  static Located overlay(Located lower, Located upper) {
    if (!(lower instanceof Located.Mapping below)) {
      return upper;
    }
    if (upper instanceof Located.Scalar scalar && scalar.isNull()) {
      return lower; // a heading with nothing under it
    }
    if (!(upper instanceof Located.Mapping above)) {
      return upper;
    }
    return overlay(below, above);
  }

  static Located.Mapping overlay(Located.Mapping lower, Located.Mapping upper) {
    Map<String, Located> merged = new LinkedHashMap<>(lower.entries());
    upper.entries().forEach((key, value) -> merged.merge(key, value, Layers::overlay));
    return new Located.Mapping(upper.origin(), merged);
  }
}
