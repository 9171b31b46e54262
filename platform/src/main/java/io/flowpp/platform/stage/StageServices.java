package io.flowpp.platform.stage;

import jakarta.inject.Inject;
import java.util.Collection;
import java.util.Map;

/** The stages by name. */
public final class StageServices {
  private final Map<StageName, Stage<?, ?>> stages;

  @Inject
  StageServices(Map<StageName, Stage<?, ?>> stages) {
    this.stages = stages;
  }

  /** Whether the stage is cut into units. */
  public boolean fansOut(StageName name) {
    return get(name) instanceof Stage.FanOut;
  }

  /**
   * Whether the stage computes with the native library, so that a process does one unit at a time.
   */
  public boolean isNative(StageName name) {
    return get(name).isNative();
  }

  /** Whether the stage itself builds a pipeline, so that it is not put into another. */
  public boolean hasOwnPipeline(StageName name) {
    return get(name) instanceof PrepareData;
  }

  Collection<Stage<?, ?>> all() {
    return stages.values();
  }

  Stage<?, ?> get(StageName name) {
    Stage<?, ?> stage = stages.get(name);
    if (stage == null) {
      throw new IllegalStateException("no stage " + name + " among " + stages.keySet());
    }
    return stage;
  }
}
