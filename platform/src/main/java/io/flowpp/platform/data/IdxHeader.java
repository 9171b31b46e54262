package io.flowpp.platform.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The first bytes of an IDX file: a magic number that says type and number of dimensions, then the
 * dimensions, all big-endian.
 *
 * @param dimensions the first counts the items
 */
record IdxHeader(RawFile file, List<Integer> dimensions) {
  /** Unsigned bytes in three dimensions. */
  static final int IMAGES = 0x00000803;

  /** Unsigned bytes in one dimension. */
  static final int LABELS = 0x00000801;

  private static final int LARGEST_SIDE = 1 << 14;

  IdxHeader {
    dimensions = List.copyOf(dimensions);
  }

  int count() {
    return dimensions.get(0);
  }

  /** Size of the header. */
  int bytes() {
    return 4 + 4 * dimensions.size();
  }

  int itemBytes() {
    return dimensions.stream().skip(1).reduce(1, Math::multiplyExact);
  }

  /** Reads and checks the header; for a plain file also that it is as long as the header says. */
  static IdxHeader read(Path file, int magic) {
    try (RawStream in = RawStream.open(file)) {
      byte[] bytes = new byte[4 + 4 * (magic & 0xff)];
      int found = in.read(bytes);
      ByteBuffer header = ByteBuffer.wrap(bytes);
      if (found >= 4 && header.getInt() != magic) {
        throw DataFault.damaged(
            "wrong-magic",
            DataFault.text(
                "begins with 0x%08x, expected 0x%08x (%s)", header.getInt(0), magic, kind(magic)),
            file);
      }
      if (found < bytes.length) {
        throw DataFault.damaged(
            "truncated-file",
            DataFault.text(
                "holds %,d bytes, an IDX header of %s has %,d", found, kind(magic), bytes.length),
            file);
      }
      List<Integer> dimensions = new ArrayList<>();
      while (header.hasRemaining()) {
        dimensions.add(header.getInt());
      }
      checkDimensions(dimensions, file);
      IdxHeader read =
          new IdxHeader(
              new RawFile(file.toString(), in.gzipped(), flatBytes(bytes.length, dimensions)),
              dimensions);
      if (!in.gzipped()) {
        Unpacker.checkSize(Files.size(file), read.file());
      }
      return read;
    } catch (IOException fault) {
      throw DataFault.unreadable(fault, file);
    }
  }

  private static void checkDimensions(List<Integer> dimensions, Path file) {
    boolean sides = dimensions.stream().skip(1).allMatch(side -> side >= 1 && side <= LARGEST_SIDE);
    if (dimensions.get(0) < 1 || !sides) {
      throw DataFault.damaged(
          "wrong-dimensions",
          "announces the dimensions "
              + dimensions
              + ", expected at least one item and sides of 1 to "
              + LARGEST_SIDE,
          file);
    }
  }

  private static long flatBytes(int header, List<Integer> dimensions) {
    return header
        + dimensions.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
  }

  private static String kind(int magic) {
    return magic == IMAGES ? "images of unsigned bytes" : "labels of unsigned bytes";
  }
}
