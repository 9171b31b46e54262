package io.flowpp.platform.data;

import io.flowpp.core.spec.ImageShape;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.data.ShardPlan.Slice;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a source into splits and splits into shards; the cuts depend on nothing but the request and
 * the source.
 */
final class ShardPlanner {
  static final String TRAIN = "train";
  static final String VALIDATION = "validation";
  static final String TEST = "test";

  /**
   * Of a shard: small enough to spread over workers, large enough that a file more costs nothing.
   */
  private static final int MOST_BYTES = 8 << 20;

  private static final int MOST_IMAGES = 4096;

  private final PrepareRequest request;
  private final SourceLayout layout;

  private ShardPlanner(PrepareRequest request, SourceLayout layout) {
    this.request = request;
    this.layout = layout;
  }

  /** The shards of all splits. */
  static List<ShardPlan> plan(PrepareRequest request, SourceLayout layout) {
    return new ShardPlanner(request, layout).plan();
  }

  private List<ShardPlan> plan() {
    if (!layout.shape().equals(request.shape())) {
      throw new UserFault(
          ExitCode.USAGE,
          "shape-mismatch",
          "holds images of " + layout.shape() + ", the configuration expects " + request.shape(),
          request.source().directory().toString(),
          "set data.shape to that of the images, or point data.source to another data set");
    }
    int train = SourceLayout.count(layout.train());
    int validation = validation(train);
    List<ShardPlan> plans = new ArrayList<>();
    cut(TRAIN, layout.train(), 0, train - validation, plans);
    cut(VALIDATION, layout.train(), train - validation, train, plans);
    cut(TEST, layout.test(), 0, SourceLayout.count(layout.test()), plans);
    return plans;
  }

  private int validation(int train) {
    int images = request.validation() == null ? Math.max(1, train / 10) : request.validation();
    if (images < 1 || images >= train) {
      throw new UserFault(
          ExitCode.USAGE,
          "wrong-validation",
          DataFault.text(
              "%,d validation images cannot be held out of %,d training images", images, train),
          "data.validation",
          DataFault.text("use 1 to %,d, or leave it out for the last tenth", train - 1));
    }
    return images;
  }

  private void cut(String split, List<FlatImages> parts, int from, int to, List<ShardPlan> plans) {
    ImageShape shape = layout.shape();
    int images = Math.max(1, Math.min(MOST_IMAGES, MOST_BYTES / shape.dimensions()));
    for (int start = from, number = 0; start < to; start += images, number++) {
      List<Slice> slices = slices(parts, start, Math.min(to, start + images));
      plans.add(
          new ShardPlan(
              split,
              number,
              shape.height(),
              shape.width(),
              shape.channels(),
              request.bits(),
              slices));
    }
  }

  /** Images {@code from} to {@code to} of all parts, which stand end to end. */
  private static List<Slice> slices(List<FlatImages> parts, int from, int to) {
    List<Slice> slices = new ArrayList<>();
    int start = 0;
    for (FlatImages part : parts) {
      int first = Math.max(from, start);
      int last = Math.min(to, start + part.count());
      if (first < last) {
        slices.add(new Slice(part, first - start, last - first));
      }
      start += part.count();
    }
    return slices;
  }
}
