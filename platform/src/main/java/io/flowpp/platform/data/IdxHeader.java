package io.flowpp.platform.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The first bytes of an IDX file: a magic number that says type and number of dimensions, then the
 * dimensions, all big-endian.
 *
 * @param dimensions the first counts the items
 */
record IdxHeader(RawFile file, List<Integer> dimensions) {
  /** Unsigned bytes in three dimensions, or in four where pixels have several channels. */
  static final Kind IMAGES = new Kind("images", List.of(0x00000803, 0x00000804));

  /** Unsigned bytes in one dimension. */
  static final Kind LABELS = new Kind("labels", List.of(0x00000801));

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

  /** What a file holds, and the magic numbers that say so. */
  record Kind(String what, List<Integer> magic) {
    private String expected() {
      return magic.stream()
          .map(each -> String.format(Locale.ROOT, "0x%08x", each))
          .collect(Collectors.joining(" or "));
    }

    @Override
    public String toString() {
      return what + " of unsigned bytes";
    }
  }

  /** Reads and checks the header; for a plain file also that it is as long as the header says. */
  static IdxHeader read(Path file, Kind kind) {
    try (RawStream in = RawStream.open(file)) {
      byte[] bytes = new byte[bytes(Collections.max(kind.magic()))];
      int found = in.read(bytes);
      ByteBuffer header = ByteBuffer.wrap(bytes);
      int magic = found >= 4 ? header.getInt() : kind.magic().get(0);
      if (!kind.magic().contains(magic)) {
        throw DataFault.damaged(
            "wrong-magic",
            DataFault.text("begins with 0x%08x, expected %s (%s)", magic, kind.expected(), kind),
            file);
      }
      if (found < bytes(magic)) {
        throw DataFault.damaged(
            "truncated-file",
            DataFault.text(
                "holds %,d bytes, an IDX header of %s has %,d", found, kind, bytes(magic)),
            file);
      }
      header.limit(bytes(magic));
      List<Integer> dimensions = new ArrayList<>();
      while (header.hasRemaining()) {
        dimensions.add(header.getInt());
      }
      checkDimensions(dimensions, file);
      IdxHeader read =
          new IdxHeader(
              new RawFile(file.toString(), in.gzipped(), flatBytes(bytes(magic), dimensions)),
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

  /** Size of the header that begins with {@code magic}: its last byte counts the dimensions. */
  private static int bytes(int magic) {
    return 4 + 4 * (magic & 0xff);
  }
}
