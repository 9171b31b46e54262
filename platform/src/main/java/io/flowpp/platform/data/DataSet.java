package io.flowpp.platform.data;

import io.flowpp.core.data.ShardManifest;
import io.flowpp.core.spec.ImageShape;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A prepared data set, described.
 *
 * @param digest equal for equal images, labels and splits
 * @param source where it came from, for people
 * @param splits {@code train}, {@code validation}, {@code test}, in this order
 */
public record DataSet(
    String digest, String source, int bits, Map<String, Split> splits, Path directory) {
  public record Split(int images, int height, int width, int channels) {}

  static DataSet of(ShardManifest manifest, Path directory) {
    ImageShape shape = manifest.shape();
    Map<String, Split> splits = new LinkedHashMap<>();
    for (ShardManifest.Split split : manifest.splits()) {
      splits.put(
          split.name(), new Split(split.images(), shape.height(), shape.width(), shape.channels()));
    }
    return new DataSet(manifest.digest(), manifest.source(), manifest.bits(), splits, directory);
  }
}
