package io.flowpp.platform.cli;

import io.flowpp.core.spec.PretrainingSpec;
import io.flowpp.platform.config.ExperimentConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * An experiment cut down to a few steps of everything: two validations, checkpoints between them,
 * the evaluation of a few images. Its name tells it from the real run.
 */
final class FastDevRun {
  private static final int STEPS = 4;
  private static final int IMAGES = 8;

  private FastDevRun() {}

  /**
   * @param own settings of the user, which win
   */
  static List<String> overrides(ExperimentConfig config, List<String> own) {
    List<String> all = new ArrayList<>();
    String name = config.name() + "-fast-dev-run";
    all.add("name=" + name.substring(Math.max(0, name.length() - 100)).replaceAll("^[._-]+", ""));
    training(all, "training", config.training().validationImages());
    if (!(config.pretraining() instanceof PretrainingSpec.None)) {
      training(all, "pretraining", config.training().validationImages());
    }
    all.add("evaluation.images=" + IMAGES);
    all.add("evaluation.samples=2");
    all.add("evaluation.grid=4");
    all.add("tracking.register=null"); // a trial is no model
    all.addAll(own);
    return all;
  }

  private static void training(List<String> all, String at, int validationImages) {
    all.add(at + ".steps=" + STEPS);
    all.add(at + ".validate-every=" + STEPS / 2);
    all.add(at + ".checkpoint-every=" + STEPS / 2);
    all.add(at + ".validation-images=" + Math.min(IMAGES, validationImages));
  }
}
