package io.flowpp.platform.execution;

import io.flowpp.core.device.FreeMemory;
import io.flowpp.core.spec.DequantizerSpec;
import io.flowpp.core.spec.Memory;
import io.flowpp.core.spec.MemoryEstimate;
import io.flowpp.core.spec.ParameterCount;
import io.flowpp.core.spec.PretrainingSpec;
import io.flowpp.platform.config.ExperimentConfig;
import io.flowpp.platform.config.LoadedExperiment;
import io.flowpp.platform.stage.StageName;
import io.flowpp.platform.workspace.StageKey;
import io.flowpp.platform.workspace.Workspace;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Says what running an experiment would do; writes nothing and loads nothing native. */
public final class Planner {
  private final Identities identities;
  private final Workspace workspace;

  @Inject
  Planner(Identities identities, Workspace workspace) {
    this.identities = identities;
    this.workspace = workspace;
  }

  public Plan plan(LoadedExperiment experiment) {
    ExperimentConfig config = experiment.config();
    Optional<Identity> identity = identities.newest(experiment);
    List<PlannedStage> stages =
        Arrays.stream(StageName.values()).map(name -> planned(name, config, identity)).toList();
    Integer wanted = config.execution().threads();
    int threads = wanted == null ? Runtime.getRuntime().availableProcessors() : wanted;
    Memory memory =
        MemoryEstimate.choose(config.model(), config.training(), threads, FreeMemory.bytes());
    return new Plan(
        identity.map(Identity::runId).orElse(null),
        config.name(),
        ParameterCount.of(config.model()),
        stages,
        memory,
        MemoryEstimate.of(config.model(), config.training(), threads, memory));
  }

  /** Whether there is nothing to do: no pretraining is asked for, or nothing to pretrain. */
  static boolean skipped(StageName stage, ExperimentConfig config) {
    return stage == StageName.PRETRAIN_DEQUANTIZER
        && (config.pretraining() instanceof PretrainingSpec.None
            || config.model().dequantizer() instanceof DequantizerSpec.Uniform);
  }

  private PlannedStage planned(
      StageName stage, ExperimentConfig config, Optional<Identity> identity) {
    if (identity.isEmpty()) {
      return new PlannedStage(stage, null, false, skipped(stage, config));
    }
    StageKey key = identity.get().keys().key(stage);
    return new PlannedStage(stage, key, workspace.find(key).isPresent(), skipped(stage, config));
  }
}
