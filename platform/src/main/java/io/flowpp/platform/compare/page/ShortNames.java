package io.flowpp.platform.compare.page;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Names for places with little room. A long one keeps its beginning and its end, since arms of a
 * grid often differ in their last parameter alone; those that would look the same are numbered.
 */
final class ShortNames {
  private static final String GAP = "..";

  private final Map<String, String> shown = new HashMap<>();

  ShortNames(Collection<String> names, int room) {
    Set<String> taken = new HashSet<>();
    for (String name : names) {
      String line = line(name);
      String candidate = shortened(line, room, GAP);
      for (int i = 2; taken.contains(candidate); i++) {
        candidate = shortened(line, room, GAP + i + GAP);
      }
      taken.add(candidate);
      shown.put(name, candidate);
    }
  }

  String of(String name) {
    return shown.getOrDefault(name, name);
  }

  /** A name that stands alone. */
  static String of(String name, int room) {
    return shortened(line(name), room, GAP);
  }

  /** White space and control characters of whatever kind as one space. */
  static String line(String text) {
    return text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
  }

  private static String shortened(String line, int room, String gap) {
    int length = line.codePointCount(0, line.length());
    if (length <= room && gap.equals(GAP)) {
      return line;
    }
    int kept = Math.max(2, Math.min(length, room - gap.length()));
    int tail = kept / 2;
    return line.substring(0, line.offsetByCodePoints(0, kept - tail))
        + gap
        + line.substring(line.offsetByCodePoints(line.length(), -tail));
  }
}
