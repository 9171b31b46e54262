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

import com.fasterxml.jackson.databind.node.BooleanNode;
import io.flowpp.platform.config.Entry.Condition;
import io.flowpp.platform.config.Entry.Default;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The keys under {@code model}. */
final class ModelKeys {
  static final String FLOW = "model.flow";
  static final String DEQUANTIZER = "model.dequantizer";
  static final String PRESET = "model.preset";

  private ModelKeys() {}

  static List<Entry> model() {
    Condition variational = when(DEQUANTIZER + ".kind", "variational");
    List<Entry> dequantizer = new ArrayList<>();
    dequantizer.add(
        leaf(
            DEQUANTIZER + ".kind",
            "variational: learned noise q(u|x); uniform: the ablation without it.",
            ValueType.Choice.of("variational", "uniform"),
            word("variational"),
            null));
    dequantizer.add(
        leaf(
            DEQUANTIZER + ".couplings",
            "Number of couplings.",
            whole(1, 99),
            number(4),
            variational));
    dequantizer.addAll(network(DEQUANTIZER, variational, ModelKeys::asInFlow));
    dequantizer.add(
        leaf(
            DEQUANTIZER + ".context-filters",
            "Channels of the network that sees the image.",
            whole(1, 4096),
            number(32),
            variational));
    dequantizer.add(
        leaf(
            DEQUANTIZER + ".context-blocks",
            "Gated convolutions of the network that sees the image.",
            whole(1, 1000),
            number(3),
            variational));
    dequantizer.add(
        leaf(
            DEQUANTIZER + ".context-norm",
            "A layer norm after each gated convolution of the network that sees the image.",
            Keys.FLAG,
            no(),
            variational));
    dequantizer.add(
        leaf(
            DEQUANTIZER + ".context-heads",
            "Heads of self-attention, a learned position and a second layer norm in that network; 0: none.",
            whole(0, 4096),
            number(0),
            when(DEQUANTIZER + ".context-norm", "true")));
    List<Entry> flow = new ArrayList<>(network(FLOW, null, ModelKeys::asInPaper));
    flow.add(
        leaf(
            FLOW + ".layout",
            "The order of the steps.",
            Keys.LAYOUT,
            word("cb4 s2d ch2 cb3"),
            null));
    return List.of(
        new Entry.Directive(
            PRESET,
            "Takes the model of experiments/presets/NAME.yaml, in place of any model of a base file; other keys here change parts of it."),
        section(DEQUANTIZER, "Where the noise between the integers comes from.", null, dequantizer),
        section(FLOW, "The flow p(x+u).", null, flow));
  }

  /** The keys of couplings and their conditioner networks. */
  private static List<Entry> network(
      String at, @Nullable Condition when, Function<String, Default> fallback) {
    String coupling = at + ".coupling";
    return List.of(
        leaf(
            at + ".filters",
            "Channels F of the conditioner networks.",
            whole(1, 4096),
            fallback.apply("filters"),
            when),
        leaf(
            at + ".blocks",
            "Blocks of each conditioner network.",
            whole(1, 1000),
            fallback.apply("blocks"),
            when),
        leaf(
            at + ".mixing",
            "In each block a step that mixes positions, and a layer norm after it; false: neither.",
            Keys.FLAG,
            fallback.apply("mixing"),
            when),
        leaf(
            at + ".attention",
            "Self-attention as that step; false: the ablation with a gated 1x1 network of the same size.",
            Keys.FLAG,
            fallback.apply("attention"),
            when(at + ".mixing", "true")),
        leaf(
            at + ".heads",
            "Attention heads; they divide the filters.",
            whole(1, 4096),
            fallback.apply("heads"),
            when(at + ".attention", "true")),
        leaf(
            at + ".dropout",
            "Share of values dropped in training.",
            ValueType.Real.probability(),
            fallback.apply("dropout"),
            when),
        leaf(
            at + ".weight-norm",
            "Convolutions and linear maps keep a direction and a length (V, g) in place of one weight.",
            Keys.FLAG,
            fallback.apply("weight-norm"),
            when),
        leaf(
            at + ".activated-output",
            "concat_elu before the last convolution of a conditioner network.",
            Keys.FLAG,
            fallback.apply("activated-output"),
            when),
        leaf(
            at + ".pointwise",
            "An invertible 1x1 convolution before each coupling.",
            Keys.FLAG,
            fallback.apply("pointwise"),
            when),
        section(
            coupling,
            "The transform of one half given the other.",
            when,
            List.of(
                leaf(
                    coupling + ".kind",
                    "mixture: CDF of a mixture of logistics, then affine; affine: the ablation.",
                    ValueType.Choice.of("mixture", "affine"),
                    fallback.apply("coupling.kind"),
                    null),
                leaf(
                    coupling + ".components",
                    "Logistics K in a mixture.",
                    whole(1, 1000),
                    fallback.apply("coupling.components"),
                    when(coupling + ".kind", "mixture")),
                leaf(
                    coupling + ".arithmetic",
                    "Precision of the mixture: network: that of the network; float64.",
                    ValueType.Choice.of("network", "float64"),
                    fallback.apply("coupling.arithmetic"),
                    when(coupling + ".kind", "mixture")))));
  }

  private static Default asInFlow(String name) {
    return same(FLOW + "." + name);
  }

  private static Default asInPaper(String name) {
    return switch (name) {
      case "mixing", "attention", "pointwise" -> new Default.Fixed(BooleanNode.TRUE);
      case "weight-norm", "activated-output" -> no();
      case "dropout" -> real(0.2);
      case "coupling.kind" -> word("mixture");
      case "coupling.arithmetic" -> word("network");
      default -> required();
    };
  }

  private static Default no() {
    return new Default.Fixed(BooleanNode.FALSE);
  }
}
