package io.flowpp.platform.workspace;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A lock on a file, against other processes and other threads; the system frees it when the process
 * dies, however it dies.
 *
 * <p>POSIX locks belong to the process: closing any channel on a file drops the process's locks on
 * it. So a file that this JVM holds is never opened a second time, which only something that all of
 * the JVM shares can see to: hence the static state.
 */
public final class FileGuard {
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  /**
   * Channels on files that this JVM holds through another class loader: kept open, since closing
   * one would drop that lock.
   */
  private static final Map<Path, FileChannel> PARKED = new ConcurrentHashMap<>();

  private final Path file;
  private final FileChannel channel;

  private FileGuard(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Empty where another thread or process holds the lock. The file is created and stays. */
  public static Optional<FileGuard> tryAcquire(Path directory, String name) throws IOException {
    Path file = directory.toRealPath().resolve(name);
    if (!HELD.add(file)) {
      return Optional.empty();
    }
    FileChannel channel = PARKED.remove(file);
    boolean acquired = false;
    try {
      if (channel == null) {
        channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      }
      acquired = channel.tryLock() != null;
      return acquired ? Optional.of(new FileGuard(file, channel)) : Optional.empty();
    } catch (OverlappingFileLockException heldByAnotherLoader) {
      PARKED.put(file, channel);
      channel = null;
      return Optional.empty();
    } finally {
      if (!acquired) {
        if (channel != null) {
          channel.close();
        }
        HELD.remove(file);
      }
    }
  }

  public void release() throws IOException {
    if (!channel.isOpen()) {
      return; // somebody else may hold it by now
    }
    try {
      channel.close();
    } finally {
      HELD.remove(file);
    }
  }
}
