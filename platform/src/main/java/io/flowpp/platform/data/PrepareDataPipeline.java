package io.flowpp.platform.data;

import java.nio.file.Path;
import java.util.List;

/** Turns a source into shards with a manifest, by a Beam pipeline with one element a shard. */
public final class PrepareDataPipeline {
  private final List<String> options;

  /**
   * @param options Beam's pipeline options, such as {@code --runner=DirectRunner}; the runner's
   *     class is found on the class path
   */
  public PrepareDataPipeline(List<String> options) {
    this.options = List.copyOf(options);
  }

  /** Writes the shards and {@code manifest.json} into {@code directory}, which is empty. */
  public PreparedData run(PrepareRequest request, Path directory) {
    throw new IllegalStateException("in work" + options);
  }
}
