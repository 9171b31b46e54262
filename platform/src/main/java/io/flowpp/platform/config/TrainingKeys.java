package io.flowpp.platform.config;

import static io.flowpp.platform.config.Keys.leaf;
import static io.flowpp.platform.config.Keys.number;
import static io.flowpp.platform.config.Keys.real;
import static io.flowpp.platform.config.Keys.required;
import static io.flowpp.platform.config.Keys.same;
import static io.flowpp.platform.config.Keys.section;
import static io.flowpp.platform.config.Keys.when;
import static io.flowpp.platform.config.Keys.whole;
import static io.flowpp.platform.config.Keys.word;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.flowpp.core.spec.KeepSpec;
import io.flowpp.core.spec.StabilitySpec;
import io.flowpp.platform.config.Entry.Condition;
import io.flowpp.platform.config.Entry.Default;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The keys under {@code training}, and those under {@code pretraining}, which default to them. */
final class TrainingKeys {
  static final String PROXY = "pretraining.proxy";
  private static final long USUAL_WARMUP = 2000;

  private TrainingKeys() {}

  static List<Entry> pretraining() {
    Condition some = when("pretraining.kind", "uniform", "proxy");
    List<Entry> keys = new ArrayList<>();
    keys.add(
        leaf(
            "pretraining.kind",
            "none: joint from the first step; uniform: towards uniform noise; proxy: with a small flow that is then dropped.",
            ValueType.Choice.of("none", "uniform", "proxy"),
            new Default.Derived(
                "proxy; none with uniform dequantization", TrainingKeys::usualPretraining),
            null));
    keys.addAll(budget("pretraining", some, TrainingKeys::asInTraining));
    keys.add(
        section(
            PROXY,
            "The small flow; what it does not say is as in the model's flow.",
            when("pretraining.kind", "proxy"),
            List.of(
                leaf(PROXY + ".layout", "The order of the steps.", Keys.LAYOUT, word("cb2"), null),
                leaf(
                    PROXY + ".filters",
                    "Channels of its conditioner networks.",
                    whole(1, 4096),
                    same(ModelKeys.DEQUANTIZER + ".filters"),
                    null),
                leaf(
                    PROXY + ".blocks",
                    "Blocks of each of its conditioner networks.",
                    whole(1, 1000),
                    number(1),
                    null),
                leaf(
                    PROXY + ".heads",
                    "Its attention heads.",
                    whole(1, 4096),
                    new Default.Derived(
                        "those of the dequantizer, or else of the flow",
                        v -> v.either(ModelKeys.DEQUANTIZER + ".heads", ModelKeys.FLOW + ".heads")),
                    when(ModelKeys.FLOW + ".attention", "true")))));
    return keys;
  }

  static List<Entry> training() {
    return budget("training", null, TrainingKeys::asInPaperTraining);
  }

  /** The keys of one training, joint or of the dequantizer. */
  private static List<Entry> budget(
      String at, @Nullable Condition when, Function<String, Default> fallback) {
    String optimizer = at + ".optimizer";
    String schedule = at + ".schedule";
    Condition cosine = when(schedule + ".kind", "cosine");
    Condition warmed = when(schedule + ".kind", "constant", "cosine");
    List<Entry> keys = new ArrayList<>();
    keys.addAll(
        List.of(
            leaf(at + ".steps", "Number of steps.", whole(1), required(), when),
            leaf(
                at + ".batch", "Images of a step.", whole(1, 65536), fallback.apply("batch"), when),
            leaf(
                at + ".init-batch",
                "Images of the data-dependent initialisation.",
                whole(2, 65536),
                fallback.apply("init-batch"),
                when),
            section(
                optimizer,
                "Adam.",
                when,
                List.of(
                    leaf(
                        optimizer + ".learning-rate",
                        "Peak of the learning rate.",
                        ValueType.Real.positive(1),
                        fallback.apply("optimizer.learning-rate"),
                        null),
                    leaf(
                        optimizer + ".beta1",
                        "Decay of the first moment.",
                        ValueType.Real.probability(),
                        fallback.apply("optimizer.beta1"),
                        null),
                    leaf(
                        optimizer + ".beta2",
                        "Decay of the second moment.",
                        ValueType.Real.probability(),
                        fallback.apply("optimizer.beta2"),
                        null),
                    leaf(
                        optimizer + ".epsilon",
                        "Added to the root of the second moment.",
                        ValueType.Real.positive(1),
                        fallback.apply("optimizer.epsilon"),
                        null))),
            section(
                schedule,
                "The learning rate over the steps.",
                when,
                List.of(
                    leaf(
                        schedule + ".kind",
                        "constant after the warm-up, half a cosine down to the floor, or pieces one after another.",
                        ValueType.Choice.of("constant", "cosine", "pieces"),
                        fallback.apply("schedule.kind"),
                        null),
                    leaf(
                        schedule + ".warmup",
                        "Steps of linear warm-up.",
                        whole(0),
                        fallback.apply("schedule.warmup"),
                        warmed),
                    leaf(
                        schedule + ".horizon",
                        "Step at which the cosine arrives.",
                        whole(1),
                        new Default.Derived(
                            "the steps, after the warm-up", v -> usualHorizon(v, at)),
                        cosine),
                    leaf(
                        schedule + ".floor",
                        "Where the cosine arrives, as a share of the peak.",
                        ValueType.Real.fraction(),
                        fallback.apply("schedule.floor"),
                        cosine),
                    leaf(
                        schedule + ".pieces",
                        "The rate as shares of its peak: lines, constants and exponential decays, each from where the one before it ended unless it says otherwise.",
                        Keys.PIECES,
                        required(),
                        when(schedule + ".kind", "pieces")))),
            leaf(
                at + ".ema",
                "Decay of the moving average of the weights.",
                ValueType.Real.probability(),
                fallback.apply("ema"),
                when),
            leaf(
                at + ".clip",
                "Bound on the global norm of the gradient.",
                ValueType.Real.positive(1e6),
                fallback.apply("clip"),
                when),
            leaf(
                at + ".validate-every",
                "Steps between validations; 0: none.",
                whole(0),
                fallback.apply("validate-every"),
                when),
            leaf(
                at + ".validation-images",
                "Images of a validation, from the front of the validation set.",
                whole(1),
                fallback.apply("validation-images"),
                when),
            leaf(
                at + ".checkpoint-every",
                "Steps between checkpoints; 0: at the end only.",
                whole(0),
                fallback.apply("checkpoint-every"),
                when)));
    keys.addAll(computing(at, when, fallback));
    keys.addAll(ending(at, when, fallback));
    keys.addAll(safety(at, when, fallback));
    return List.copyOf(keys);
  }

  /** How a step is computed. */
  private static List<Entry> computing(
      String at, @Nullable Condition when, Function<String, Default> fallback) {
    return List.of(
        leaf(
            at + ".precision",
            "Of the networks; bf16: products, convolutions and attention in bfloat16, all else in float32.",
            ValueType.Choice.of("fp32", "bf16"),
            fallback.apply("precision"),
            when),
        leaf(
            at + ".memory",
            "fast keeps what the backward pass needs, lean computes it again, auto: lean where fast would not fit; the results are the same.",
            ValueType.Choice.of("auto", "fast", "lean"),
            fallback.apply("memory"),
            when),
        leaf(
            at + ".micro-batch",
            "Images of one forward and backward pass, whose gradients are added up; 0: a thread's whole share of the batch.",
            whole(0, 65536),
            fallback.apply("micro-batch"),
            when),
        leaf(
            at + ".tf32",
            "Whether a GPU may use TF32 for products of float32, which needs FLOWPP_TF32=1 in the environment; no effect on a CPU.",
            Keys.FLAG,
            fallback.apply("tf32"),
            when));
  }

  /** When a training ends, on what, and what it hands on. */
  private static List<Entry> ending(
      String at, @Nullable Condition when, Function<String, Default> fallback) {
    return List.of(
        leaf(
            at + ".ema-warmup",
            "Whether the average forgets the start sooner: a decay of at most (1+t)/(10+t) after update t.",
            Keys.FLAG,
            fallback.apply("ema-warmup"),
            when),
        leaf(
            at + ".patience",
            "Validations in a row without a new best after which it ends; 0: never.",
            whole(0),
            fallback.apply("patience"),
            when),
        leaf(
            at + ".overfit-batches",
            "To find faults: train on the first batches only, over and over; 0: on all images.",
            whole(0),
            fallback.apply("overfit-batches"),
            when),
        leaf(
            at + ".result",
            "The averaged weights that are evaluated: of the last step, or of the best validation.",
            ValueType.Choice.of("last", "best"),
            fallback.apply("result"),
            when));
  }

  /** What it does about steps that are not finite, and which checkpoints stay. */
  private static List<Entry> safety(
      String at, @Nullable Condition when, Function<String, Default> fallback) {
    String stability = at + ".stability";
    String keep = at + ".keep";
    return List.of(
        section(
            stability,
            "A step whose loss or gradient is not finite is skipped.",
            when,
            List.of(
                leaf(
                    stability + ".return-after",
                    "Skipped steps in a row after which it goes back to the last good checkpoint.",
                    whole(1),
                    fallback.apply("stability.return-after"),
                    null),
                leaf(
                    stability + ".return-factor",
                    "What each return multiplies the learning rate by.",
                    ValueType.Real.positive(1),
                    fallback.apply("stability.return-factor"),
                    null),
                leaf(
                    stability + ".stop-after",
                    "Returns after which it stops instead of returning again.",
                    whole(0),
                    fallback.apply("stability.stop-after"),
                    null))),
        section(
            keep,
            "Checkpoints that stay, besides the best one.",
            when,
            List.of(
                leaf(
                    keep + ".last",
                    "How many of the newest.",
                    whole(2),
                    fallback.apply("keep.last"),
                    null),
                leaf(
                    keep + ".every",
                    "Those of every so many steps, for good; 0: none.",
                    whole(0),
                    fallback.apply("keep.every"),
                    null),
                leaf(
                    keep + ".named",
                    "Those of some steps, for good and by name.",
                    Keys.NAMED_STEPS,
                    new Default.Open("none"),
                    null))));
  }

  private static Default asInTraining(String name) {
    return switch (name) {
      case "schedule.warmup" ->
          new Default.Derived(
              "as in training, or else 2000, at most half of the steps",
              TrainingKeys::pretrainingWarmup);
      case "schedule.kind" ->
          // Pieces are written for the steps of the joint training.
          new Default.Derived(
              "as in training, but constant where that has pieces", TrainingKeys::pretrainingKind);
      case "schedule.floor" -> new Default.SameAs("training.schedule.floor", DoubleNode.valueOf(0));
      // What was written for the joint training's end is not meant for this one's.
      case "patience" -> number(0);
      case "result" -> word("last");
      default -> same("training." + name);
    };
  }

  private static Default asInPaperTraining(String name) {
    return switch (name) {
      case "batch" -> number(64);
      case "init-batch" -> number(128);
      case "optimizer.learning-rate" -> real(3e-4);
      case "optimizer.beta1" -> real(0.9);
      case "optimizer.beta2", "ema" -> real(0.999);
      case "optimizer.epsilon" -> real(1e-8);
      case "schedule.kind" -> word("constant");
      case "schedule.warmup" -> number(USUAL_WARMUP);
      case "schedule.floor" -> real(0);
      case "clip" -> real(1);
      case "validation-images" ->
          new Default.Derived(
              "1000, or all that are held out if fewer", TrainingKeys::usualValidation);
      case "validate-every", "checkpoint-every" -> number(500);
      case "precision" -> word("fp32");
      case "memory" -> word("auto");
      case "result" -> word("last");
      case "micro-batch", "patience", "overfit-batches", "keep.every" -> number(0);
      case "ema-warmup", "tf32" -> Keys.no();
      case "stability.return-after" -> number(StabilitySpec.USUAL.returnAfter());
      case "stability.return-factor" -> real(StabilitySpec.USUAL.returnFactor());
      case "stability.stop-after" -> number(StabilitySpec.USUAL.stopAfter());
      case "keep.last" -> number(KeepSpec.USUAL.last());
      default -> throw new IllegalStateException("no default of training." + name);
    };
  }

  private static @Nullable JsonNode usualPretraining(Values v) {
    return v.get(ModelKeys.DEQUANTIZER + ".kind")
        .map(k -> TextNode.valueOf(k.textValue().equals("uniform") ? "none" : "proxy"))
        .orElse(null);
  }

  // A run cut short from the command line (training.steps=2) must not fall over its own warm-up.
  private static @Nullable JsonNode usualHorizon(Values v, String at) {
    Optional<JsonNode> warmup = v.get(at + ".schedule.warmup");
    return v.get(at + ".steps")
        .flatMap(
            s ->
                warmup.map(
                    w ->
                        LongNode.valueOf(
                            Math.min(
                                Integer.MAX_VALUE, Math.max(s.longValue(), w.longValue() + 1)))))
        .orElse(null);
  }

  private static @Nullable JsonNode pretrainingWarmup(Values v) {
    long warmup = v.whole("training.schedule.warmup").orElse(USUAL_WARMUP);
    return v.whole("pretraining.steps")
        .map(steps -> LongNode.valueOf(Math.min(steps / 2, warmup)))
        .orElse(null);
  }

  private static @Nullable JsonNode pretrainingKind(Values v) {
    return v.text("training.schedule.kind")
        .map(kind -> TextNode.valueOf(kind.equals("pieces") ? "constant" : kind))
        .orElse(null);
  }

  private static @Nullable JsonNode usualValidation(Values v) {
    return LongNode.valueOf(
        v.get("data.validation")
            .filter(JsonNode::isNumber)
            .map(n -> Math.min(1000, n.longValue()))
            .orElse(1000L));
  }
}
