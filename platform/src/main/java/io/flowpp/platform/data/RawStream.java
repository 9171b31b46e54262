package io.flowpp.platform.data;

import io.flowpp.platform.config.UserFault;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Reads a raw file, decompressing where it is gzipped, and tells damage in the user's words. */
final class RawStream implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final Path file;
  private final InputStream in;
  private final boolean gzipped;
  private long position;

  private RawStream(Path file, InputStream in, boolean gzipped) {
    this.file = file;
    this.in = in;
    this.gzipped = gzipped;
  }

  static RawStream open(Path file) {
    try {
      InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER);
      try {
        boolean gzipped = isGzip(raw, file);
        return new RawStream(file, gzipped ? new GZIPInputStream(raw, BUFFER) : raw, gzipped);
      } catch (IOException | RuntimeException fault) {
        raw.close();
        throw fault;
      }
    } catch (IOException fault) {
      throw told(fault, 0, file);
    }
  }

  private static boolean isGzip(InputStream raw, Path file) throws IOException {
    raw.mark(2);
    int first = raw.read();
    int second = raw.read();
    raw.reset();
    if (first < 0) {
      throw DataFault.damaged("empty-file", "holds no bytes", file);
    }
    boolean gzipped = first == 0x1f && second == 0x8b;
    if (!gzipped && file.toString().endsWith(".gz")) {
      throw DataFault.damaged("not-gzip", "is named .gz and is not gzipped", file);
    }
    return gzipped;
  }

  boolean gzipped() {
    return gzipped;
  }

  /** Fills {@code target} as far as there are bytes, and tells how many there were. */
  int read(byte[] target) {
    try {
      int count = in.readNBytes(target, 0, target.length);
      position += count;
      return count;
    } catch (IOException fault) {
      throw told(fault, position, file);
    }
  }

  private static UserFault told(IOException fault, long position, Path file) {
    if (fault instanceof EOFException) {
      return DataFault.damaged(
          "truncated-gzip",
          DataFault.text(
              "is cut off: its gzip stream stops somewhere after %,d decompressed bytes", position),
          file);
    }
    if (fault instanceof ZipException) {
      return DataFault.damaged(
          "corrupt-gzip",
          DataFault.text("is damaged somewhere after %,d decompressed bytes (%s)", position, fault),
          file);
    }
    return DataFault.unreadable(fault, file);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
