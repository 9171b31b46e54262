package io.flowpp.platform.workspace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/** Who holds a lock, in a file beside it: only for people to read, the lock itself decides. */
record Holder(long pid, String host, Instant since) {
  static Holder self(Instant since) {
    return new Holder(ProcessHandle.current().pid(), Host.name(), since);
  }

  void write(Path file) throws IOException {
    Trees.replace(file, (pid + "\n" + host + "\n" + since + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Empty where nobody has signed yet. */
  static Optional<Holder> read(Path file) throws IOException {
    try {
      List<String> lines = Files.readAllLines(file);
      return lines.size() < 3
          ? Optional.empty()
          : Optional.of(
              new Holder(Long.parseLong(lines.get(0)), lines.get(1), Instant.parse(lines.get(2))));
    } catch (NoSuchFileException | NumberFormatException | DateTimeParseException unsigned) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return "process " + pid + " on " + host + " since " + since;
  }
}
