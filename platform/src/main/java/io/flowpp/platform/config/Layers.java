package io.flowpp.platform.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The order in which files were laid over one another. */
final class Layers {
  /**
   * @param lines of the file that are meant; null for all of them
   */
  private record Layer(String file, @Nullable Set<Integer> lines) {
    boolean holds(Origin origin) {
      return file.equals(origin.file()) && (lines == null || lines.contains(origin.line()));
    }
  }

  private final List<Layer> layers = new ArrayList<>();

  Layers copy() {
    Layers copy = new Layers();
    copy.layers.addAll(layers);
    return copy;
  }

  /** {@code file} now lies above all others. */
  void push(String file) {
    layers.removeIf(layer -> layer.file().equals(file));
    layers.add(new Layer(file, null));
  }

  /** These lines of {@code file} now lie above all others, but below its other lines. */
  void push(String file, Set<Integer> lines) {
    push(file);
    layers.add(layers.size() - 1, new Layer(file, Set.copyOf(lines)));
  }

  /** Whether {@code one} was written in a layer under that of {@code other}. */
  boolean isBelow(Origin one, Origin other) {
    return rank(one) < rank(other);
  }

  private int rank(Origin origin) {
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i).holds(origin)) {
        return i;
      }
    }
    return -1; // a default
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
