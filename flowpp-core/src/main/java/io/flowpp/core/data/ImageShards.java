package io.flowpp.core.data;

import io.flowpp.core.spec.ImageShape;
import java.nio.file.Path;

/** Images of one split in memory-mapped shards. Safe for concurrent reading. */
public final class ImageShards implements ImageSource {
  private ImageShards() {}

  /** Maps the shards of one split and checks each against its digest. */
  public static ImageShards open(Path directory, ShardManifest manifest, String split) {
    throw new IllegalStateException("in work");
  }

  @Override
  public ImageShape shape() {
    throw new IllegalStateException("in work");
  }

  @Override
  public int bits() {
    throw new IllegalStateException("in work");
  }

  @Override
  public int size() {
    throw new IllegalStateException("in work");
  }

  @Override
  public void read(int index, byte[] target, int offset) {
    throw new IllegalStateException("in work");
  }

  @Override
  public int label(int index) {
    throw new IllegalStateException("in work");
  }
}
