package io.flowpp.platform.tracking;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The server that was started last. Its process leads a group of its own; pids are used again, so
 * an identity tells it from a stranger.
 *
 * @param version of MLflow
 * @param login whether it wants one
 * @param listening whether it was once seen to have the port and to answer
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record ServerRecord(
    long pid, String identity, int port, String version, boolean login, boolean listening) {
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  ServerRecord {
    identity = identity == null ? "" : identity; // a record of an earlier version of this program
    version = version == null ? "0" : version;
  }

  static ServerRecord of(Process process, int port, String version, boolean login) {
    String identity = ProcessIdentity.of(process.pid()).orElse("ended at once");
    return new ServerRecord(process.pid(), identity, port, version, login, false);
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
    ServerFiles.write(file, MAPPER.writeValueAsBytes(this));
  }

  ServerRecord seenListening() {
    return new ServerRecord(pid, identity, port, version, login, true);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  boolean isAlive() {
    return ProcessIdentity.of(pid).filter(identity::equals).isPresent();
  }

  /** Its pid belongs to another program now, or the machine was started again since. */
  boolean isStranger() {
    return !ProcessIdentity.isOfThisBoot(identity)
        || ProcessIdentity.of(pid).filter(now -> !now.equals(identity)).isPresent();
  }
}
