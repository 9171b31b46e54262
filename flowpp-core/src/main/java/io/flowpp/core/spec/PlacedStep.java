package io.flowpp.core.spec;

import java.util.ArrayList;
import java.util.List;

/** A step of the flow with the shapes of the images that enter and leave it. */
record PlacedStep(FlowStepSpec step, ImageShape in, ImageShape out) {

  static List<PlacedStep> of(ModelSpec spec) {
    List<PlacedStep> placed = new ArrayList<>();
    ImageShape shape = spec.shape();
    for (FlowStepSpec step : spec.flow()) {
      ImageShape after =
          step instanceof FlowStepSpec.SpaceToDepth
              ? new ImageShape(shape.height() / 2, shape.width() / 2, shape.channels() * 4)
              : shape;
      placed.add(new PlacedStep(step, shape, after));
      shape = after;
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
}
