package io.flowpp.platform.data;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Decompresses a raw file once, so that any image in it is one seek away. */
final class Unpacker {
  private static final int BUFFER = 1 << 16;

  private Unpacker() {}

  /** Does nothing for a file that is plain already. */
  static void unpack(RawFile raw, Path directory) throws IOException {
    if (!raw.gzipped()) {
      return;
    }
    Path target = raw.flat(directory);
    Path temporary = Files.createTempFile(directory, target.getFileName().toString(), ".tmp");
    try {
      checkSize(copy(Path.of(raw.path()), temporary, raw.flatBytes()), raw);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Fails unless the file's decompressed size is the one that its header announces. */
  static void checkSize(long actual, RawFile raw) {
    if (actual < raw.flatBytes()) {
      throw DataFault.damaged(
          "truncated-file",
          DataFault.text(
              "ends after %,d bytes of the %,d that its header announces", actual, raw.flatBytes()),
          Path.of(raw.path()));
    }
    if (actual > raw.flatBytes()) {
      throw DataFault.damaged(
          "trailing-bytes",
          DataFault.text("goes on after the %,d bytes that its header announces", raw.flatBytes()),
          Path.of(raw.path()));
    }
  }

  /**
   * Copies at most one buffer more than expected: a file must not fill the disk to be found too
   * long.
   */
  private static long copy(Path from, Path to, long expected) throws IOException {
    byte[] buffer = new byte[BUFFER];
    long total = 0;
    try (RawStream in = RawStream.open(from);
        OutputStream out = Files.newOutputStream(to)) {
      int count;
      do {
        count = in.read(buffer);
        out.write(buffer, 0, count);
        total += count;
      } while (count == buffer.length && total <= expected);
    }
    return total;
  }
}
