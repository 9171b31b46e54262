package io.flowpp.platform.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers which files stand behind some paths. SQLite writes on without a word into a file that
 * somebody deleted or replaced, where nobody else reads it.
 */
final class FileIdentity {
  private final Map<Path, Object> known = new ConcurrentHashMap<>();

  /** Whether the path was asked about while a file stood there. */
  boolean knows(Path path) {
    return known.containsKey(path);
  }

  /** Whether the path still leads to the file that it led to at the first question. */
  boolean isSame(Path path) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      Object key = attributes.fileKey();
      if (key == null) { // no such thing on Windows, which keeps open files from being deleted
        return true;
      }
      Object before = known.putIfAbsent(path, key);
      return before == null || before.equals(key);
    } catch (IOException e) {
      return false;
    }
  }
}
