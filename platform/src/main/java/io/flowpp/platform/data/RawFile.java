package io.flowpp.platform.data;

import java.io.Serializable;
import java.nio.file.Path;

/**
 * A file of a source.
 *
 * @param flatBytes its size when decompressed, as its header announces
 */
record RawFile(String path, boolean gzipped, long flatBytes) implements Serializable {
  /** Where its decompressed bytes are: in {@code unpacked} under its own name, or where it lies. */
  Path flat(Path unpacked) {
    Path raw = Path.of(path);
    return gzipped ? unpacked.resolve(raw.getFileName() + ".flat") : raw;
  }
}
