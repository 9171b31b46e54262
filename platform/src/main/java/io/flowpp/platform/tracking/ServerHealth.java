package io.flowpp.platform.tracking;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Whether a server answers, and what it said where it does not. */
final class ServerHealth {
  private static final int PATIENCE_MILLIS = 2000;

  private final ServerFiles files;

  ServerHealth(ServerFiles files) {
    this.files = files;
  }

  boolean isHealthy(ServerRecord server) {
    try {
      if (!server.listening() && !hasThePort(server)) {
        return false;
      }
      HttpURLConnection health =
          (HttpURLConnection) server.uri().resolve("/health").toURL().openConnection();
      health.setConnectTimeout(PATIENCE_MILLIS);
      health.setReadTimeout(PATIENCE_MILLIS);
      try {
        return health.getResponseCode() == HttpURLConnection.HTTP_OK;
      } finally {
        health.disconnect();
      }
    } catch (IOException notYet) {
      return false;
    }
  }

  /** The last thing that was said, and where more of it stands. */
  String lastLine() throws IOException {
    for (Path log : List.of(files.log(), files.startLog())) {
      if (Files.exists(log)) {
        try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
          String last = lines.filter(line -> !line.isBlank()).reduce("", (a, b) -> b);
          if (!last.isEmpty()) {
            return last + " (" + log + ")";
          }
        }
      }
    }
    return "it said nothing";
  }

  /**
   * Whether it is our server that listens: another program may take the port while ours still
   * starts, and a tracking server of somebody else answers {@code /health} just as well. Each start
   * has a log of its own.
   */
  private boolean hasThePort(ServerRecord server) throws IOException {
    if (!Files.exists(files.log())) {
      return false;
    }
    String said = "running on " + server.uri();
    try (Stream<String> lines = Files.lines(files.log(), StandardCharsets.ISO_8859_1)) {
      return lines.anyMatch(line -> line.contains(said));
    }
  }
}
