package io.flowpp.core.data;

import io.flowpp.core.spec.ImageShape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The layout of a shard, big-endian: a header of 64 bytes (magic, height, width, channels, bits,
 * images, zeros), the images [N,H,W,C] as unsigned bytes, the labels [N] as unsigned bytes.
 * Everything has a fixed place, so any image is one copy away.
 */
public final class ShardFile {
  static final int HEADER = 64;
  private static final long MAGIC = 0x464C4F5750503031L; // FLOWPP01

  private ShardFile() {}

  /**
   * Writes a shard whole or not at all.
   *
   * @param pixels [N,H,W,C], values below 2^bits
   * @param labels [N]
   */
  public static ShardManifest.Shard write(
      Path file, ImageShape shape, int bits, byte[] pixels, byte[] labels) throws IOException {
    if (pixels.length != Math.multiplyExact(labels.length, shape.dimensions())) {
      throw new IllegalArgumentException(
          labels.length + " images of " + shape + " do not fill " + pixels.length + " bytes");
    }
    for (byte pixel : pixels) {
      if (Byte.toUnsignedInt(pixel) >> bits != 0) {
        throw new IllegalArgumentException(
            "a value of " + Byte.toUnsignedInt(pixel) + " does not fit into " + bits + " bits");
      }
    }
    ByteBuffer shard = ByteBuffer.allocate(HEADER + pixels.length + labels.length);
    shard.put(header(shape, bits, labels.length)).put(pixels).put(labels).flip();
    ShardManifest.Shard entry =
        new ShardManifest.Shard(file.getFileName().toString(), labels.length, Sha256.of(shard));
    Path temporary =
        Files.createTempFile(
            file.toAbsolutePath().getParent(), file.getFileName().toString(), ".tmp");
    try {
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        while (shard.hasRemaining()) {
          channel.write(shard);
        }
        channel.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
    return entry;
  }

  /** Maps a shard into memory and checks it against its manifest. */
  static MappedByteBuffer map(Path directory, ShardManifest manifest, ShardManifest.Shard shard)
      throws IOException {
    Path file = directory.resolve(shard.file());
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long expected = HEADER + (long) shard.images() * (manifest.shape().dimensions() + 1);
      if (channel.size() != expected) {
        throw new DamagedShardException(
            file, "holds " + channel.size() + " bytes, expected " + expected);
      }
      MappedByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, expected);
      String actual = Sha256.of(bytes);
      if (!actual.equals(shard.sha256())) {
        throw new DamagedShardException(
            file, "has the SHA-256 " + actual + ", its manifest says " + shard.sha256());
      }
      if (!bytes
          .slice(0, HEADER)
          .equals(header(manifest.shape(), manifest.bits(), shard.images()))) {
        throw new DamagedShardException(
            file,
            "does not begin as a shard of "
                + shard.images()
                + " images of "
                + manifest.shape()
                + " at "
                + manifest.bits()
                + " bits");
      }
      return bytes;
    } catch (NoSuchFileException missing) {
      throw new DamagedShardException(file, "is missing");
    }
  }

  private static ByteBuffer header(ImageShape shape, int bits, int images) {
    ByteBuffer header = ByteBuffer.allocate(HEADER).putLong(MAGIC);
    header
        .putInt(shape.height())
        .putInt(shape.width())
        .putInt(shape.channels())
        .putInt(bits)
        .putInt(images);
    return header.rewind();
  }
}
