package io.flowpp.platform.data;

import io.flowpp.core.spec.ImageShape;
import java.io.Serializable;
import java.util.List;

/**
 * One shard to be written: an element of the pipeline.
 *
 * @param slices its images in order
 */
record ShardPlan(
    String split, int number, int height, int width, int channels, int bits, List<Slice> slices)
    implements Serializable {
  ShardPlan {
    slices = List.copyOf(slices);
  }

  /** Images {@code from} to {@code from + count} of a run. */
  record Slice(FlatImages images, int from, int count) implements Serializable {}

  ImageShape shape() {
    return new ImageShape(height, width, channels);
  }

  int images() {
    return slices.stream().mapToInt(Slice::count).sum();
  }

  String fileName() {
    return DataFault.text("%s-%05d.shard", split, number);
  }
}
