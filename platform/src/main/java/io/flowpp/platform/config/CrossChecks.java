package io.flowpp.platform.config;

import io.flowpp.core.spec.ImageShape;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What values must be to one another. Each check is silent where one of its values is missing. */
final class CrossChecks {
  private final Values values;
  private final Problems problems;

  CrossChecks(Values values, Problems problems) {
    this.values = values;
    this.problems = problems;
  }

  void check() {
    shape();
    Optional<ImageShape> shape = values.text("data.shape").map(CrossChecks::shapeOf);
    heads(ModelKeys.FLOW);
    heads(ModelKeys.DEQUANTIZER);
    heads(TrainingKeys.PROXY);
    layout(ModelKeys.FLOW, shape);
    layout(TrainingKeys.PROXY, shape);
    dequantizer(shape);
    horizon("training");
    horizon("pretraining");
    validationImages("training");
    validationImages("pretraining");
  }

  static ImageShape shapeOf(String text) {
    String[] parts = text.split("x", -1);
    return new ImageShape(
        Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
  }

  private void shape() {
    boolean cifar = values.text("data.format").filter("cifar-binary"::equals).isPresent();
    String shape = values.text("data.shape").orElse("32x32x3");
    if (cifar && !shape.equals("32x32x3")) {
      tell("data.shape", shape + " with cifar-binary, which holds 32x32x3", "leave data.shape out");
    }
  }

  private void heads(String at) {
    Optional<Long> filters = values.whole(at + ".filters");
    Optional<Long> heads = values.whole(at + ".heads");
    if (filters.isEmpty() || heads.isEmpty() || filters.get() % heads.get() == 0) {
      return;
    }
    tell(
        at + ".filters",
        filters.get() + " does not divide into " + heads.get() + " attention heads",
        "use a multiple of " + heads.get() + ", or set " + at + ".heads");
  }

  private void layout(String at, Optional<ImageShape> shape) {
    Optional<FlowLayout> layout = values.text(at + ".layout").flatMap(FlowLayout::parse);
    if (shape.isEmpty() || layout.isEmpty()) {
      return;
    }
    layout
        .get()
        .conflict(shape.get())
        .ifPresent(
            conflict ->
                tell(
                    at + ".layout",
                    conflict,
                    "change the order of the steps, or data.shape (" + shape.get() + ")"));
  }

  private void dequantizer(Optional<ImageShape> shape) {
    String kind = ModelKeys.DEQUANTIZER + ".kind";
    boolean variational = values.text(kind).filter("variational"::equals).isPresent();
    if (variational && shape.isPresent() && shape.get().width() % 2 != 0) {
      tell(
          "data.shape",
          "the variational dequantizer needs an even width, found " + shape.get(),
          "set " + kind + ": uniform");
    }
  }

  private void horizon(String at) {
    Optional<Long> warmup = values.whole(at + ".schedule.warmup");
    Optional<Long> horizon = values.whole(at + ".schedule.horizon");
    if (warmup.isPresent() && horizon.isPresent() && horizon.get() <= warmup.get()) {
      tell(
          at + ".schedule.horizon",
          "step " + horizon.get() + " lies within the warm-up of " + warmup.get() + " steps",
          "use a later step, or a shorter warm-up");
    }
  }

  private void validationImages(String at) {
    Optional<Long> held = values.whole("data.validation");
    Optional<Long> used = values.whole(at + ".validation-images");
    boolean written = values.given(at + ".validation-images").isPresent();
    if (written && held.isPresent() && used.isPresent() && used.get() > held.get()) {
      tell(
          at + ".validation-images",
          used.get() + " of the " + held.get() + " images that data.validation holds out",
          "use at most " + held.get());
    }
  }

  /** At the value if it is written, else where the value that it follows is. */
  private void tell(String key, String message, @Nullable String suggestion) {
    Origin origin = values.writtenAt(key).orElse(new Origin(Origin.DEFAULT, 0));
    problems.add(origin, key, message, suggestion);
  }
}
