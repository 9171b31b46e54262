package io.flowpp.platform.tracking;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * The server that was started last. Its process leads a group of its own; pids are used again, so
 * the time of its start tells it from a stranger.
 *
 * @param startedAt in milliseconds since 1970, as the system tells it of the process
 */
record ServerRecord(long pid, long startedAt, int port) {
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  static ServerRecord of(Process process, int port) {
    return new ServerRecord(process.pid(), startOf(process.toHandle()), port);
  }

  /** Empty where none was started, or a crash left the file unreadable. */
  static Optional<ServerRecord> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(MAPPER.readValue(file.toFile(), ServerRecord.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  void write(Path file) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    // Not through a channel: the uploader's thread may be interrupted just now, and an unrecorded
    // server would never be found again.
    try (FileOutputStream out = new FileOutputStream(part.toFile())) {
      out.write(MAPPER.writeValueAsBytes(this));
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  boolean isAlive() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .map(handle -> startOf(handle) == startedAt)
        .orElse(false);
  }

  /** Its pid belongs to another program now, or to nobody. */
  boolean isStranger() {
    return ProcessHandle.of(pid).map(handle -> startOf(handle) != startedAt).orElse(false);
  }

  private static long startOf(ProcessHandle handle) {
    return handle.info().startInstant().map(java.time.Instant::toEpochMilli).orElse(0L);
  }
}
