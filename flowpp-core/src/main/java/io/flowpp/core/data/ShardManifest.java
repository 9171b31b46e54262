package io.flowpp.core.data;

import io.flowpp.core.spec.ImageShape;
import java.util.List;

/**
 * What a directory of shards holds.
 *
 * @param version of the shards' format
 */
public record ShardManifest(int version, ImageShape shape, int bits, List<Split> splits) {
  public static final String FILE = "manifest.json";

  public ShardManifest {
    splits = List.copyOf(splits);
  }

  /**
   * @param name {@code train}, {@code validation} or {@code test}
   */
  public record Split(String name, List<Shard> shards) {
    public Split {
      shards = List.copyOf(shards);
    }

    public int images() {
      return shards.stream().mapToInt(Shard::images).sum();
    }
  }

  /**
   * @param file beside the manifest
   * @param sha256 of the whole file
   */
  public record Shard(String file, int images, String sha256) {}
}
