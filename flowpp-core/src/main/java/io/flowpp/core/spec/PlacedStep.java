package io.flowpp.core.spec;

import java.util.ArrayList;
import java.util.List;

/** A step of the flow with the shapes of the images that enter and leave it. */
record PlacedStep(FlowStepSpec step, ImageShape in, ImageShape out) {

  static List<PlacedStep> of(ModelSpec spec) {
    return of(spec.shape(), spec.flow());
  }

  /**
   * @throws SpecException naming the step at which images of {@code shape} do not divide
   */
  static List<PlacedStep> of(ImageShape shape, List<FlowStepSpec> flow) {
    List<PlacedStep> placed = new ArrayList<>();
    ImageShape at = shape;
    for (FlowStepSpec step : flow) {
      String name = "flow/" + placed.size();
      ImageShape after = at;
      if (step instanceof FlowStepSpec.Couplings group) {
        requireHalves(name, group.split(), at);
      } else {
        after = folded(name, at);
      }
      placed.add(new PlacedStep(step, at, after));
      at = after;
    }
    return placed;
  }

  /** The shape of each of the two halves of {@code image}. */
  static ImageShape half(SplitKind split, ImageShape image) {
    return switch (split) {
      case CHECKERBOARD -> new ImageShape(image.height(), image.width() / 2, image.channels());
      case CHANNEL -> new ImageShape(image.height(), image.width(), image.channels() / 2);
    };
  }

  static void requireHalves(String name, SplitKind split, ImageShape image) {
    boolean columns = split == SplitKind.CHECKERBOARD;
    if ((columns ? image.width() : image.channels()) % 2 != 0) {
      throw new SpecException(
          name
              + ": an image of "
              + image
              + " does not divide into two halves of "
              + (columns ? "columns" : "channels"));
    }
  }

  private static ImageShape folded(String name, ImageShape image) {
    if (image.height() % 2 != 0 || image.width() % 2 != 0) {
      throw new SpecException(
          name + ": space-to-depth cannot fold " + image + ", which has an odd height or width");
    }
    return new ImageShape(image.height() / 2, image.width() / 2, image.channels() * 4);
  }
}
