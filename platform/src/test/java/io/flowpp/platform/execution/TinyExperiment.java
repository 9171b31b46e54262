package io.flowpp.platform.execution;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowpp.core.spec.ConditionerSpec;
import io.flowpp.core.spec.ContextSpec;
import io.flowpp.core.spec.CouplingSpec;
import io.flowpp.core.spec.DequantizerSpec;
import io.flowpp.core.spec.FlowStepSpec;
import io.flowpp.core.spec.ImageShape;
import io.flowpp.core.spec.MixingSpec;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.OptimizerSpec;
import io.flowpp.core.spec.PretrainingSpec;
import io.flowpp.core.spec.ScheduleSpec;
import io.flowpp.core.spec.SplitKind;
import io.flowpp.core.spec.TrainingSpec;
import io.flowpp.platform.config.ExperimentConfig;
import io.flowpp.platform.config.LoadedExperiment;
import io.flowpp.platform.stage.StageJson;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A real experiment that takes seconds: 8x8 images, a few hundred parameters, a few steps. */
public final class TinyExperiment {
  private static final int SIDE = 8;
  private static final CouplingSpec COUPLING =
      new CouplingSpec.MixtureOfLogistics(
          2, new ConditionerSpec(4, 1, new MixingSpec.SelfAttention(2), 0));

  private TinyExperiment() {}

  /** Writes 120 training and 24 test images of soft gradients as IDX files. */
  public static Path images(Path directory) throws IOException {
    Files.createDirectories(directory);
    write(directory, "train", 120, 1);
    write(directory, "t10k", 24, 2);
    return directory;
  }

  public static ExperimentConfig config(Path images) {
    return new ExperimentConfig(
        "tiny",
        7,
        new ExperimentConfig.Data(images.toString(), "idx", new ImageShape(SIDE, SIDE, 1), 8, 20),
        model(),
        new PretrainingSpec.WithProxy(
            List.of(new FlowStepSpec.Couplings(SplitKind.CHECKERBOARD, 1, true, COUPLING)),
            training(6)),
        training(12),
        new ExperimentConfig.Evaluation(3, 20, 5, 4),
        new ExperimentConfig.Execution("direct", "cpu", 1),
        new ExperimentConfig.Tracking("tests", 1, null, 1, 2));
  }

  public static LoadedExperiment loaded(ExperimentConfig config, Path base) {
    return new LoadedExperiment(config, (ObjectNode) StageJson.tree(config), Map.of(), base);
  }

  public static TrainingSpec training(int steps) {
    return new TrainingSpec(
        steps,
        4,
        16,
        new OptimizerSpec(1e-3, .9, .999, 1e-8),
        new ScheduleSpec.Constant(4),
        .9,
        1,
        5,
        8,
        2);
  }

  public static ExperimentConfig withTraining(ExperimentConfig c, TrainingSpec training) {
    return new ExperimentConfig(
        c.name(),
        c.seed(),
        c.data(),
        c.model(),
        c.pretraining(),
        training,
        c.evaluation(),
        c.execution(),
        c.tracking());
  }

  public static ExperimentConfig withPretraining(ExperimentConfig c, PretrainingSpec pretraining) {
    return new ExperimentConfig(
        c.name(),
        c.seed(),
        c.data(),
        c.model(),
        pretraining,
        c.training(),
        c.evaluation(),
        c.execution(),
        c.tracking());
  }

  public static ExperimentConfig withEvaluation(
      ExperimentConfig c, ExperimentConfig.Evaluation evaluation) {
    return new ExperimentConfig(
        c.name(),
        c.seed(),
        c.data(),
        c.model(),
        c.pretraining(),
        c.training(),
        evaluation,
        c.execution(),
        c.tracking());
  }

  public static ExperimentConfig withExecution(
      ExperimentConfig c, ExperimentConfig.Execution execution) {
    return new ExperimentConfig(
        c.name(),
        c.seed(),
        c.data(),
        c.model(),
        c.pretraining(),
        c.training(),
        c.evaluation(),
        execution,
        c.tracking());
  }

  public static ExperimentConfig withSeed(ExperimentConfig c, long seed) {
    return new ExperimentConfig(
        c.name(),
        seed,
        c.data(),
        c.model(),
        c.pretraining(),
        c.training(),
        c.evaluation(),
        c.execution(),
        c.tracking());
  }

  private static ModelSpec model() {
    return new ModelSpec(
        new ImageShape(SIDE, SIDE, 1),
        8,
        new DequantizerSpec.Variational(new ContextSpec(4, 1), 1, true, COUPLING),
        List.of(
            new FlowStepSpec.Couplings(SplitKind.CHECKERBOARD, 1, true, COUPLING),
            new FlowStepSpec.SpaceToDepth(),
            new FlowStepSpec.Couplings(SplitKind.CHANNEL, 1, true, COUPLING)));
  }

  private static void write(Path directory, String stem, int count, long seed) throws IOException {
    Random random = new Random(seed);
    try (DataOutputStream images =
            new DataOutputStream(
                Files.newOutputStream(directory.resolve(stem + "-images-idx3-ubyte")));
        DataOutputStream labels =
            new DataOutputStream(
                Files.newOutputStream(directory.resolve(stem + "-labels-idx1-ubyte")))) {
      images.writeInt(0x803);
      images.writeInt(count);
      images.writeInt(SIDE);
      images.writeInt(SIDE);
      labels.writeInt(0x801);
      labels.writeInt(count);
      for (int i = 0; i < count; i++) {
        int label = random.nextInt(10);
        labels.writeByte(label);
        for (int p = 0; p < SIDE * SIDE; p++) {
          images.writeByte(label * 12 + p + random.nextInt(40));
        }
      }
    }
  }
}
