package io.flowpp.platform.stage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowpp.core.spec.PretrainingSpec;
import io.flowpp.core.spec.TrainingSpec;
import io.flowpp.platform.config.ExperimentConfig;
import io.flowpp.platform.workspace.StageKey;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What each stage's result depends on, and nothing else: its name and version, the part of the
 * configuration that it reads, and the keys of the stages before it. Device, threads, runner and
 * the places where files lie are not in it.
 */
public final class StageKeys {
  private final Map<StageName, StageKey> keys = new EnumMap<>(StageName.class);
  private final Map<StageName, StageKey> scratch = new EnumMap<>(StageName.class);

  private StageKeys() {}

  /**
   * @param rawDigest digest of the raw source's bytes
   * @param generation set by {@code --fresh}: another value gives other keys for the same
   *     experiment
   */
  public static StageKeys of(
      ExperimentConfig config, String rawDigest, @Nullable String generation) {
    StageKeys all = new StageKeys();
    ObjectNode data = (ObjectNode) StageJson.tree(config.data());
    data.remove("source"); // where the raw files lie changes nothing; what is in them does
    StageKey prepared =
        all.add(
            StageName.PREPARE_DATA,
            parts(
                "data", data,
                "raw", rawDigest,
                "generation", generation == null ? "" : generation),
            Map.of());

    StageKey pretrained =
        all.add(
            StageName.PRETRAIN_DEQUANTIZER,
            parts(
                "shape", config.model().shape(),
                "bits", config.model().bits(),
                "dequantizer", config.model().dequantizer(),
                "seed", config.seed(),
                "before", List.of(prepared.digest())),
            budgetOf(config.pretraining()));

    StageKey trained =
        all.add(
            StageName.TRAIN_FLOW,
            parts(
                "model", config.model(),
                "seed", config.seed(),
                "before", List.of(prepared.digest(), pretrained.digest())),
            budget(config.training()));

    all.add(
        StageName.EVALUATE,
        parts(
            "evaluation", config.evaluation(),
            "before", List.of(prepared.digest(), trained.digest())),
        Map.of());
    return all;
  }

  public StageKey key(StageName stage) {
    return get(keys, stage);
  }

  /**
   * Where the stage's checkpoints lie: the key without the budget in steps, so that a longer
   * training of the same schedule goes on from a shorter one.
   */
  public StageKey scratch(StageName stage) {
    return get(scratch, stage);
  }

  /**
   * @param budget the training that the stage does, with its number of steps; empty where it does
   *     none
   */
  private StageKey add(StageName stage, Map<String, Object> reads, Map<String, Object> budget) {
    Map<String, Object> content = new LinkedHashMap<>(reads);
    content.put("stage", stage.id());
    content.put("version", stage.version());
    content.putAll(budget);
    StageKey key = new StageKey(stage.id(), StageJson.digest(content));
    content.remove("steps");
    keys.put(stage, key);
    scratch.put(stage, new StageKey(stage.id(), StageJson.digest(content)));
    return key;
  }

  private static Map<String, Object> budgetOf(PretrainingSpec pretraining) {
    ObjectNode tree = (ObjectNode) StageJson.tree(pretraining);
    if (pretraining instanceof PretrainingSpec.None) {
      return parts("pretraining", tree);
    }
    TrainingSpec training =
        pretraining instanceof PretrainingSpec.TowardsUniform uniform
            ? uniform.training()
            : ((PretrainingSpec.WithProxy) pretraining).training();
    tree.remove("training");
    Map<String, Object> all = new LinkedHashMap<>(budget(training));
    all.put("pretraining", tree);
    return all;
  }

  private static Map<String, Object> budget(TrainingSpec training) {
    ObjectNode rules = (ObjectNode) StageJson.tree(training);
    rules.remove("steps");
    // How often it is saved, and what of it is kept, does not change what is trained, but for where
    // a training goes back to after steps that were not finite. Nor does how memory is traded for
    // time: the results are the same bit for bit.
    rules.remove(List.of("checkpointEvery", "keep"));
    ((ObjectNode) rules.get("compute")).remove("memory");
    return parts("training", rules, "steps", training.steps());
  }

  private static Map<String, Object> parts(Object... namesAndValues) {
    Map<String, Object> parts = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      parts.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return parts;
  }

  private static StageKey get(Map<StageName, StageKey> from, StageName stage) {
    StageKey key = from.get(stage);
    if (key == null) {
      throw new IllegalStateException("no key for " + stage);
    }
    return key;
  }
}
