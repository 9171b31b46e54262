package io.flowpp.platform.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowpp.core.spec.ConditionerSpec;
import io.flowpp.core.spec.ContextSpec;
import io.flowpp.core.spec.CouplingSpec;
import io.flowpp.core.spec.DequantizerSpec;
import io.flowpp.core.spec.FlowStepSpec;
import io.flowpp.core.spec.MixingSpec;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.OptimizerSpec;
import io.flowpp.core.spec.PretrainingSpec;
import io.flowpp.core.spec.ScheduleSpec;
import io.flowpp.core.spec.TrainingSpec;
import java.util.List;
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
        new ExperimentConfig.Tracking(text("tracking.experiment")));
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
            new ContextSpec(whole(at + ".context-filters"), whole(at + ".context-blocks")),
            whole(at + ".couplings"),
            flag(at + ".pointwise"),
            coupling(at));
  }

  private List<FlowStepSpec> flow(String layoutKey, CouplingSpec coupling) {
    return FlowLayout.parse(text(layoutKey))
        .orElseThrow()
        .steps(flag(ModelKeys.FLOW + ".pointwise"), coupling);
  }

  private CouplingSpec coupling(String at) {
    ConditionerSpec conditioner =
        new ConditionerSpec(
            whole(at + ".filters"),
            whole(at + ".blocks"),
            mixing(at, flag(at + ".attention")),
            real(at + ".dropout"));
    return coupling(at, conditioner);
  }

  private CouplingSpec coupling(String at, ConditionerSpec conditioner) {
    return text(at + ".coupling.kind").equals("affine")
        ? new CouplingSpec.Affine(conditioner)
        : new CouplingSpec.MixtureOfLogistics(whole(at + ".coupling.components"), conditioner);
  }

  private MixingSpec mixing(String at, boolean attention) {
    return attention
        ? new MixingSpec.SelfAttention(whole(at + ".heads"))
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
        new ConditionerSpec(
            whole(at + ".filters"),
            whole(at + ".blocks"),
            mixing(at, flag(ModelKeys.FLOW + ".attention")),
            real(ModelKeys.FLOW + ".dropout"));
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
        whole(at + ".checkpoint-every"));
  }

  private ScheduleSpec schedule(String at) {
    int warmup = whole(at + ".warmup");
    return text(at + ".kind").equals("constant")
        ? new ScheduleSpec.Constant(warmup)
        : new ScheduleSpec.Cosine(warmup, whole(at + ".horizon"), real(at + ".floor"));
  }

  private JsonNode value(String key) {
    return values
        .get(key)
        .orElseThrow(() -> new IllegalStateException("checked, but without a value: " + key));
  }

  private String text(String key) {
    return value(key).textValue();
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
