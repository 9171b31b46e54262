package io.flowpp.platform.tracking;

import java.nio.file.Path;
import java.util.Map;

/** A second process that writes to a journal. */
final class JournalChild {
  static final int EVENTS = 3000;

  private JournalChild() {}

  public static void main(String[] arguments) {
    try (Journal journal = Journal.open(Path.of(arguments[0]))) {
      for (int step = 0; step < EVENTS; step++) {
        journal.append(new Event.Metrics("r", 1, step, Map.of("child", 1.0 * step)));
      }
    }
  }
}
