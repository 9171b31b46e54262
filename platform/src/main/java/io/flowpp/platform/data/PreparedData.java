package io.flowpp.platform.data;

import io.flowpp.core.data.ImageShards;
import io.flowpp.core.data.ShardManifest;
import java.nio.file.Path;

/** A prepared data set, every shard checked against its digest. */
public final class PreparedData {
  private PreparedData() {}

  public static PreparedData open(Path directory) {
    throw new IllegalStateException("in work");
  }

  public ImageShards train() {
    throw new IllegalStateException("in work");
  }

  public ImageShards validation() {
    throw new IllegalStateException("in work");
  }

  public ImageShards test() {
    throw new IllegalStateException("in work");
  }

  /** SHA-256 over the manifest: equal for equal images, labels and splits. */
  public String digest() {
    throw new IllegalStateException("in work");
  }

  public ShardManifest manifest() {
    throw new IllegalStateException("in work");
  }
}
