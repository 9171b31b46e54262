package io.flowpp.platform.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowpp.core.spec.Arithmetic;
import io.flowpp.core.spec.ComputeSpec;
import io.flowpp.core.spec.ConditionerSpec;
import io.flowpp.core.spec.ContextSpec;
import io.flowpp.core.spec.CouplingSpec;
import io.flowpp.core.spec.DequantizerSpec;
import io.flowpp.core.spec.Ending;
import io.flowpp.core.spec.FlowStepSpec;
import io.flowpp.core.spec.KeepSpec;
import io.flowpp.core.spec.Memory;
import io.flowpp.core.spec.MixingSpec;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.OptimizerSpec;
import io.flowpp.core.spec.Precision;
import io.flowpp.core.spec.PretrainingSpec;
import io.flowpp.core.spec.ScheduleSpec;
import io.flowpp.core.spec.StabilitySpec;
import io.flowpp.core.spec.TrainingSpec;
import io.flowpp.core.spec.Weighting;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Values without a problem to the records that the stages read. */
final class ConfigBuilder {
  private final Values values;

  ConfigBuilder(Values values) {
    this.values = values;
  }

  ExperimentConfig build(String source) {
    return new ExperimentConfig(
        text("name"),
        value("seed").longValue(),
        new ExperimentConfig.Data(
            source,
            text("data.format"),
            CrossChecks.shapeOf(text("data.shape")),
            whole("data.bits"),
            open("data.validation")),
        model(),
        pretraining(),
        training("training"),
        new ExperimentConfig.Evaluation(
            whole("evaluation.samples"),
            open("evaluation.images"),
            value("evaluation.seed").longValue(),
            whole("evaluation.grid")),
        new ExperimentConfig.Execution(
            text("execution.runner"), text("execution.device"), open("execution.threads")),
        tracking());
  }

  private ExperimentConfig.Tracking tracking() {
    JsonNode register = value("tracking.register");
    return new ExperimentConfig.Tracking(
        text("tracking.experiment"),
        whole("tracking.checkpoints"),
        register.isNull() ? null : register.textValue(),
        whole("tracking.system-metrics-every"),
        whole("tracking.sample-grids"));
  }

  private ModelSpec model() {
    return new ModelSpec(
        CrossChecks.shapeOf(text("data.shape")),
        whole("data.bits"),
        dequantizer(),
        flow(ModelKeys.FLOW + ".layout", coupling(ModelKeys.FLOW)));
  }

  private DequantizerSpec dequantizer() {
    String at = ModelKeys.DEQUANTIZER;
    return text(at + ".kind").equals("uniform")
        ? new DequantizerSpec.Uniform()
        : new DequantizerSpec.Variational(
            context(at), whole(at + ".couplings"), flag(at + ".pointwise"), coupling(at));
  }

  private ContextSpec context(String at) {
    boolean normalised = flag(at + ".context-norm");
    int heads = normalised ? whole(at + ".context-heads") : 0;
    return new ContextSpec(
        whole(at + ".context-filters"),
        whole(at + ".context-blocks"),
        normalised,
        heads == 0 ? new MixingSpec.None() : new MixingSpec.SelfAttention(heads),
        weighting(at));
  }

  private List<FlowStepSpec> flow(String layoutKey, CouplingSpec coupling) {
    return FlowLayout.parse(text(layoutKey))
        .orElseThrow()
        .steps(flag(ModelKeys.FLOW + ".pointwise"), coupling);
  }

  private CouplingSpec coupling(String at) {
    return coupling(
        at, conditioner(whole(at + ".filters"), whole(at + ".blocks"), mixing(at, at), at));
  }

  private CouplingSpec coupling(String at, ConditionerSpec conditioner) {
    String coupling = at + ".coupling";
    if (text(coupling + ".kind").equals("affine")) {
      return new CouplingSpec.Affine(conditioner);
    }
    Arithmetic arithmetic =
        text(coupling + ".arithmetic").equals("float64")
            ? Arithmetic.FLOAT64
            : Arithmetic.AS_NETWORK;
    return new CouplingSpec.MixtureOfLogistics(
        whole(coupling + ".components"), conditioner, arithmetic);
  }

  /**
   * @param at where it is said how the layers are
   */
  private ConditionerSpec conditioner(int filters, int blocks, MixingSpec mixing, String at) {
    return new ConditionerSpec(
        filters,
        blocks,
        mixing,
        real(at + ".dropout"),
        weighting(at),
        flag(at + ".activated-output") ? Ending.ACTIVATED : Ending.LINEAR);
  }

  private Weighting weighting(String at) {
    return flag(at + ".weight-norm") ? Weighting.NORMALISED : Weighting.PLAIN;
  }

  /**
   * @param at where it is said how positions are mixed
   * @param headsAt where the number of heads is
   */
  private MixingSpec mixing(String at, String headsAt) {
    if (!flag(at + ".mixing")) {
      return new MixingSpec.None();
    }
    return flag(at + ".attention")
        ? new MixingSpec.SelfAttention(whole(headsAt + ".heads"))
        : new MixingSpec.GatedLinear();
  }

  private PretrainingSpec pretraining() {
    return switch (text("pretraining.kind")) {
      case "none" -> new PretrainingSpec.None();
      case "uniform" -> new PretrainingSpec.TowardsUniform(training("pretraining"));
      case "proxy" -> new PretrainingSpec.WithProxy(proxy(), training("pretraining"));
      default -> throw new IllegalStateException("pretraining " + text("pretraining.kind"));
    };
  }

  private List<FlowStepSpec> proxy() {
    String at = TrainingKeys.PROXY;
    ConditionerSpec conditioner =
        conditioner(
            whole(at + ".filters"),
            whole(at + ".blocks"),
            mixing(ModelKeys.FLOW, at),
            ModelKeys.FLOW);
    return flow(at + ".layout", coupling(ModelKeys.FLOW, conditioner));
  }

  private TrainingSpec training(String at) {
    String optimizer = at + ".optimizer";
    return new TrainingSpec(
        whole(at + ".steps"),
        whole(at + ".batch"),
        whole(at + ".init-batch"),
        new OptimizerSpec(
            real(optimizer + ".learning-rate"),
            real(optimizer + ".beta1"),
            real(optimizer + ".beta2"),
            real(optimizer + ".epsilon")),
        schedule(at + ".schedule"),
        real(at + ".ema"),
        real(at + ".clip"),
        whole(at + ".validate-every"),
        whole(at + ".validation-images"),
        whole(at + ".checkpoint-every"),
        flag(at + ".ema-warmup"),
        whole(at + ".patience"),
        whole(at + ".overfit-batches"),
        TrainingSpec.Outcome.valueOf(constant(at + ".result")),
        new ComputeSpec(
            Memory.valueOf(constant(at + ".memory")),
            Precision.valueOf(constant(at + ".precision")),
            whole(at + ".micro-batch"),
            flag(at + ".tf32")),
        new StabilitySpec(
            whole(at + ".stability.return-after"),
            real(at + ".stability.return-factor"),
            whole(at + ".stability.stop-after")),
        new KeepSpec(whole(at + ".keep.last"), whole(at + ".keep.every"), named(at)));
  }

  private List<KeepSpec.Named> named(String at) {
    JsonNode written = value(at + ".keep.named");
    if (written.isNull()) {
      return List.of();
    }
    return Pattern.compile(" ")
        .splitAsStream(written.textValue())
        .map(part -> part.split("@", -1))
        .map(part -> new KeepSpec.Named(part[0], Integer.parseInt(part[1])))
        .toList();
  }

  private ScheduleSpec schedule(String at) {
    return switch (text(at + ".kind")) {
      case "constant" -> new ScheduleSpec.Constant(whole(at + ".warmup"));
      case "cosine" ->
          new ScheduleSpec.Cosine(
              whole(at + ".warmup"), whole(at + ".horizon"), real(at + ".floor"));
      case "pieces" -> new ScheduleSpec.Pieces(ScheduleText.parse(text(at + ".pieces")));
      default -> throw new IllegalStateException("schedule " + text(at + ".kind"));
    };
  }

  private JsonNode value(String key) {
    return values
        .get(key)
        .orElseThrow(() -> new IllegalStateException("checked, but without a value: " + key));
  }

  private String text(String key) {
    return value(key).textValue();
  }

  /** A word as the constant of an enum that it names. */
  private String constant(String key) {
    return text(key).toUpperCase(Locale.ROOT);
  }

  private boolean flag(String key) {
    return value(key).booleanValue();
  }

  private int whole(String key) {
    return Math.toIntExact(value(key).longValue());
  }

  private double real(String key) {
    return value(key).doubleValue();
  }

  private @Nullable Integer open(String key) {
    return value(key).isNull() ? null : whole(key);
  }
}
