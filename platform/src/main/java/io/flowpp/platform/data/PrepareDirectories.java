package io.flowpp.platform.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where a preparation works: all inside the directory that it fills, so that whoever removes that
 * removes everything.
 *
 * @param shards the directory to be filled
 */
record PrepareDirectories(Path shards) {
  static PrepareDirectories create(Path shards) throws IOException {
    PrepareDirectories directories = new PrepareDirectories(shards);
    Files.createDirectories(directories.unpacked());
    Files.createDirectories(directories.outcomes());
    return directories;
  }

  Path unpacked() {
    return shards.resolve(".unpacked");
  }

  Path outcomes() {
    return shards.resolve(".outcomes");
  }

  /** Leaves the shards alone. */
  void removeWork() throws IOException {
    for (Path directory : List.of(unpacked(), outcomes())) {
      List<Path> contents;
      try (Stream<Path> walk = Files.walk(directory)) {
        contents = walk.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path path : contents) {
        Files.delete(path);
      }
    }
  }
}
