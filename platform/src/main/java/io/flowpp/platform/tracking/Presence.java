package io.flowpp.platform.tracking;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * Says that somebody works on a journal's runs: a lock that the system takes away when the process
 * dies, however it dies. Several trackers, of one process or of several, may be present at once.
 */
final class Presence implements AutoCloseable {
  private static final String FILE = "alive.lock";

  /**
   * Locks belong to the process, and closing any handle of a file drops them: so this process opens
   * each file once, which only something that all of the JVM shares can see to.
   */
  private static final Map<Path, Shared> HERE = new HashMap<>();

  private final Path file;

  private Presence(Path file) {
    this.file = file;
  }

  /** Present until closed. */
  static Presence enter(Path directory) throws IOException {
    Path file = directory.toRealPath().resolve(FILE);
    synchronized (HERE) {
      Shared shared = HERE.get(file);
      if (shared == null) {
        FileChannel channel =
            FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        channel.lock(0, Long.MAX_VALUE, true); // only a look from outside holds it alone, briefly
        shared = new Shared(channel);
        HERE.put(file, shared);
      }
      shared.trackers++;
    }
    return new Presence(file);
  }

  /** Whether anybody is present, in this process or another one of this machine. */
  static boolean isAnybodyAt(Path directory) throws IOException {
    if (!Files.exists(directory.resolve(FILE))) {
      return false;
    }
    Path file = directory.toRealPath().resolve(FILE);
    synchronized (HERE) {
      if (HERE.containsKey(file)) {
        return true;
      }
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
          FileLock lock = channel.tryLock()) {
        return lock == null;
      }
    }
  }

  @Override
  public void close() {
    synchronized (HERE) {
      Shared shared = HERE.get(file);
      if (shared != null && --shared.trackers == 0) {
        HERE.remove(file);
        try {
          shared.channel.close();
        } catch (IOException e) {
          throw new java.io.UncheckedIOException(e);
        }
      }
    }
  }

  private static final class Shared {
    private final FileChannel channel;
    private int trackers;

    Shared(FileChannel channel) {
      this.channel = channel;
    }
  }
}
