package io.flowpp.platform.execution;

import io.flowpp.core.spec.Memory;
import io.flowpp.core.spec.MemoryEstimate;
import io.flowpp.core.spec.ParameterCount;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What running an experiment would do.
 *
 * @param runId null where the raw data are absent
 */
public record Plan(
    @Nullable String runId,
    String name,
    ParameterCount parameters,
    List<PlannedStage> stages,
    Memory mode,
    MemoryEstimate memory) {
  public Plan {
    stages = List.copyOf(stages);
  }
}
