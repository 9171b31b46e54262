package io.flowpp.platform.workspace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Directories that die with their process. Each JVM has one of its own, with a lock that it holds
 * to its end: a directory whose lock is free has lost its owner. A lock and not a process id, since
 * ids are used again and containers number their own.
 */
final class TemporaryDirectories {
  private static final Logger LOG = LoggerFactory.getLogger(TemporaryDirectories.class);
  private static final String LOCK = ".lock";

  /** Static because an owner lives as long as the JVM, not as long as one workspace object. */
  private static final Map<Path, Owner> OWNERS = new ConcurrentHashMap<>();

  private record Owner(String name, FileGuard guard) {}

  private final Path root;

  TemporaryDirectories(Path root) {
    this.root = root;
  }

  /** A new empty directory whose name begins with {@code prefix}. */
  Path create(String prefix) throws IOException {
    Files.createDirectories(root);
    return Files.createTempDirectory(mine(), prefix + "-");
  }

  /** A path for something to be moved to. */
  Path vacant(String prefix) throws IOException {
    Files.createDirectories(root);
    return mine().resolve(prefix + "-" + UUID.randomUUID());
  }

  /**
   * Removes what dead processes left. What cannot be removed is logged and left for the next time:
   * it is in nobody's way.
   */
  void removeOrphans() {
    try (Stream<Path> entries = Files.list(root)) {
      List<String> locks =
          entries
              .map(path -> path.getFileName().toString())
              .filter(name -> name.endsWith(LOCK))
              .toList();
      for (String lock : locks) {
        Optional<FileGuard> guard = FileGuard.tryAcquire(root, lock);
        if (guard.isPresent()) {
          removeOrphan(lock, guard.get());
        }
      }
    } catch (NoSuchFileException | NotDirectoryException nothingThere) {
      LOG.trace("no temporary directories in {}", root);
    } catch (IOException fault) {
      LOG.warn("leftovers in {} could not be removed: {}", root, fault.toString());
    }
  }

  private void removeOrphan(String lock, FileGuard guard) throws IOException {
    try {
      Trees.delete(root.resolve(lock.substring(0, lock.length() - LOCK.length())));
      Files.deleteIfExists(root.resolve(lock));
    } finally {
      guard.release();
    }
  }

  private Path mine() throws IOException {
    Path key = root.toRealPath();
    synchronized (OWNERS) {
      Owner owner = OWNERS.get(key);
      if (owner == null || !Files.exists(key.resolve(owner.name + LOCK))) {
        owner = register(key);
        OWNERS.put(key, owner);
      }
      return Files.createDirectories(root.resolve(owner.name));
    }
  }

  private static Owner register(Path directory) throws IOException {
    while (true) {
      String name = UUID.randomUUID().toString();
      Optional<FileGuard> guard = FileGuard.tryAcquire(directory, name + LOCK);
      if (guard.isPresent()) {
        if (Files.exists(directory.resolve(name + LOCK))) {
          return new Owner(name, guard.get());
        }
        guard.get().release(); // between creation and locking another process took it for an orphan
      }
    }
  }
}
