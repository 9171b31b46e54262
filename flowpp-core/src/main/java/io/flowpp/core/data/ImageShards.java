package io.flowpp.core.data;

import io.flowpp.core.spec.ImageShape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Images of one split in memory-mapped shards: as large as the disk, read at random, shared by all
 * processes of a machine. Safe for concurrent reading.
 */
public final class ImageShards implements ImageSource {
  private final ImageShape shape;
  private final int bits;
  private final List<MappedByteBuffer> shards;
  private final int[] ends; // index after the last image of each shard

  private ImageShards(ImageShape shape, int bits, List<MappedByteBuffer> shards, int[] ends) {
    this.shape = shape;
    this.bits = bits;
    this.shards = shards;
    this.ends = ends;
  }

  /**
   * Maps the shards of one split and checks each against its digest, once.
   *
   * @throws DamagedShardException where a shard is not the one that was written
   */
  public static ImageShards open(Path directory, ShardManifest manifest, String split) {
    List<ShardManifest.Shard> entries = manifest.split(split).shards();
    List<MappedByteBuffer> shards =
        entries.stream().parallel().map(entry -> map(directory, manifest, entry)).toList();
    int[] ends = entries.stream().mapToInt(ShardManifest.Shard::images).toArray();
    Arrays.parallelPrefix(ends, Math::addExact);
    return new ImageShards(manifest.shape(), manifest.bits(), shards, ends);
  }

  @Override
  public ImageShape shape() {
    return shape;
  }

  @Override
  public int bits() {
    return bits;
  }

  @Override
  public int size() {
    return ends.length == 0 ? 0 : ends[ends.length - 1];
  }

  @Override
  public void read(int index, byte[] target, int offset) {
    int shard = shardOf(index);
    int place = index - start(shard);
    shards
        .get(shard)
        .get(ShardFile.HEADER + place * shape.dimensions(), target, offset, shape.dimensions());
  }

  @Override
  public int label(int index) {
    int shard = shardOf(index);
    int images = ends[shard] - start(shard);
    return Byte.toUnsignedInt(
        shards
            .get(shard)
            .get(ShardFile.HEADER + images * shape.dimensions() + index - start(shard)));
  }

  private int shardOf(int index) {
    Objects.checkIndex(index, size());
    int found = Arrays.binarySearch(ends, index + 1);
    return found >= 0 ? found : -found - 1;
  }

  private int start(int shard) {
    return shard == 0 ? 0 : ends[shard - 1];
  }

  private static MappedByteBuffer map(
      Path directory, ShardManifest manifest, ShardManifest.Shard shard) {
    try {
      return ShardFile.map(directory, manifest, shard);
    } catch (IOException fault) {
      throw new UncheckedIOException(directory.resolve(shard.file()) + " cannot be read", fault);
    }
  }
}
