package io.flowpp.core.train;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Directories that appear and vanish whole. */
final class Directories {
  private static final String INCOMPLETE = "incomplete-";

  private Directories() {}

  /** A directory beside {@code directory}'s others that no one takes for a whole one. */
  static Path begin(Path directory) throws IOException {
    Files.createDirectories(directory);
    try (Stream<Path> files = Files.list(directory)) {
      for (Path left :
          files.filter(f -> f.getFileName().toString().startsWith(INCOMPLETE)).toList()) {
        delete(left);
      }
    }
    return Files.createTempDirectory(directory, INCOMPLETE);
  }

  /** Gives a directory of finished files its name; what had it before goes. */
  static void publish(Path begun, Path target) throws IOException {
    try (Stream<Path> files = Files.list(begun)) {
      for (Path file : files.toList()) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
      }
    }
    if (Files.exists(target)) {
      delete(target);
    }
    Files.move(begun, target, StandardCopyOption.ATOMIC_MOVE);
    forceNames(target.resolveSibling("."));
  }

  /** Takes away a directory of files; after a crash it is there or it is not. */
  static void delete(Path directory) throws IOException {
    Path doomed = directory;
    if (!directory.getFileName().toString().startsWith(INCOMPLETE)) {
      // a name that is no checkpoint's, first: a crash half-way must not leave a broken one
      doomed = directory.resolveSibling(INCOMPLETE + directory.getFileName());
      try {
        Files.move(directory, doomed, StandardCopyOption.ATOMIC_MOVE);
      } catch (FileAlreadyExistsException e) {
        throw new IOException(doomed + " is in the way", e);
      }
    }
    List<Path> files;
    try (Stream<Path> all = Files.walk(doomed)) {
      files = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
  }

  /** The new name is on the disk too, not only its files; not every system can do this. */
  private static void forceNames(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException unable) {
      // a system that cannot open directories: the name arrives there when it sees fit
    }
  }
}
