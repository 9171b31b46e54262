package io.flowpp.platform.config;

import io.flowpp.core.spec.ImageShape;
import io.flowpp.core.spec.ScheduleSpec;
import io.flowpp.core.spec.SpecException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What values must be to one another. Each check is silent where one of its values is missing. */
final class CrossChecks {
  private final Values values;
  private final Layers layers;
  private final Problems problems;
  private final Set<List<Long>> told = new HashSet<>();

  CrossChecks(Values values, Layers layers, Problems problems) {
    this.values = values;
    this.layers = layers;
    this.problems = problems;
  }

  void check() {
    shape();
    Optional<ImageShape> shape = values.text("data.shape").map(CrossChecks::shapeOf);
    heads(ModelKeys.FLOW);
    heads(ModelKeys.DEQUANTIZER);
    heads(TrainingKeys.PROXY);
    contextHeads();
    layout(ModelKeys.FLOW, shape);
    layout(TrainingKeys.PROXY, shape);
    dequantizer(shape);
    horizon("training");
    horizon("pretraining");
    pieces("training");
    pieces("pretraining");
    validationImages("training");
    validationImages("pretraining");
    best("training");
    best("pretraining");
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
    Optional<List<Long>> sizes =
        values
            .whole(at + ".filters")
            .flatMap(filters -> values.whole(at + ".heads").map(heads -> List.of(filters, heads)));
    // A network that takes both from another one has that one's problem, not a second.
    if (sizes.isPresent() && told.add(sizes.get())) {
      heads(at + ".filters", at + ".heads");
    }
  }

  private void contextHeads() {
    String at = ModelKeys.DEQUANTIZER;
    if (values.whole(at + ".context-heads").filter(heads -> heads > 0).isPresent()) {
      heads(at + ".context-filters", at + ".context-heads");
    }
  }

  private void heads(String filtersKey, String headsKey) {
    Optional<Long> filters = values.whole(filtersKey);
    Optional<Long> heads = values.whole(headsKey);
    if (filters.isEmpty() || heads.isEmpty() || filters.get() % heads.get() == 0) {
      return;
    }
    if (latest(filtersKey, headsKey).equals(headsKey)) {
      tell(
          headsKey,
          filters.get() + " filters do not divide into " + heads.get() + " attention heads",
          "use a divisor of " + filters.get() + ", or set " + filtersKey);
    } else {
      tell(
          filtersKey,
          filters.get() + " does not divide into " + heads.get() + " attention heads",
          "use a multiple of " + heads.get() + ", or set " + headsKey);
    }
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
                    latest(at + ".layout", "data.shape"),
                    conflict,
                    "change " + at + ".layout or data.shape"));
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

  private void pieces(String at) {
    String key = at + ".schedule.pieces";
    Optional<String> text = values.text(key);
    if (text.isPresent()) {
      try {
        new ScheduleSpec.Pieces(ScheduleText.parse(text.get()));
      } catch (SpecException fault) {
        tell(key, String.valueOf(fault.getMessage()), null);
      }
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

  private void best(String at) {
    if (values.whole(at + ".validate-every").filter(every -> every == 0).isEmpty()) {
      return;
    }
    boolean patient = values.whole(at + ".patience").filter(steps -> steps > 0).isPresent();
    boolean best = values.text(at + ".result").filter("best"::equals).isPresent();
    if (patient || best) {
      tell(
          at + (patient ? ".patience" : ".result"),
          "needs validations, of which there are none",
          "set " + at + ".validate-every");
    }
  }

  /**
   * Of two values that do not fit, the one that was written last: it is the one that was just
   * changed.
   */
  private String latest(String first, String second) {
    Optional<Origin> one = values.writtenAt(first);
    Optional<Origin> other = values.writtenAt(second);
    boolean later = other.isPresent() && (one.isEmpty() || layers.isBelow(one.get(), other.get()));
    return later ? second : first;
  }

  /** At the value if it is written, else where the value that it follows is. */
  private void tell(String key, String message, @Nullable String suggestion) {
    Origin origin = values.writtenAt(key).orElse(new Origin(Origin.DEFAULT, 0));
    problems.add(origin, key, message, suggestion);
  }
}
