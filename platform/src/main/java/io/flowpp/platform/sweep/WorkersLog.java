package io.flowpp.platform.sweep;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Where the workers of all sweeps of a workspace say what kept them from working.
 *
 * @param from where the lines begin that are of interest: those before are of earlier drivers
 */
record WorkersLog(Path file, long from) {
  /** Of interest is what is written from now on. */
  static WorkersLog fromNow(Path workspace) {
    Path file = SweepPlaces.workersLog(workspace);
    return new WorkersLog(file, file.toFile().length());
  }

  static void append(Path workspace, String sweep, String line) throws IOException {
    Files.writeString(
        SweepPlaces.workersLog(workspace),
        prefix(sweep) + line + System.lineSeparator(),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /** The last line of that sweep's workers. */
  Optional<String> last(String sweep) {
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      log.seek(Math.min(from, log.length()));
      byte[] bytes = new byte[Math.toIntExact(log.length() - log.getFilePointer())];
      log.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith(prefix(sweep)))
          .reduce((first, second) -> second)
          .map(line -> line.substring(prefix(sweep).length()));
    } catch (IOException none) {
      return Optional.empty();
    }
  }

  private static String prefix(String sweep) {
    return "sweep " + sweep + ": ";
  }
}
