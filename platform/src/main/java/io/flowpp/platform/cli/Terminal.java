package io.flowpp.platform.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What stderr is. */
final class Terminal {
  private static final Path STDERR = Path.of("/proc/self/fd/2");
  private static final int COLUMNS = 80;

  private Terminal() {}

  /** Whether stderr is a screen that can redraw a line. */
  static boolean isInteractive(Map<String, String> environment) {
    if ("dumb".equals(environment.get("TERM")) || !environment.containsKey("TERM")) {
      return false;
    }
    if (Files.exists(STDERR)) {
      try {
        String target = Files.readSymbolicLink(STDERR).toString();
        return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
      } catch (IOException e) {
        return false; // plain lines can be read everywhere
      }
    }
    return System.console() != null;
  }

  static int columns(Map<String, String> environment) {
    String columns = environment.getOrDefault("COLUMNS", "");
    return columns.matches("\\d{2,4}") ? Integer.parseInt(columns) : COLUMNS;
  }
}
