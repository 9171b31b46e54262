package io.flowpp.platform.execution;

import io.flowpp.core.spec.ModelSpec;
import java.nio.file.Path;

/**
 * A run whose training has finished in this workspace.
 *
 * @param weights the averaged weights of its training, safetensors
 */
public record TrainedRun(RunRecord record, Path weights) {
  public String runId() {
    return record.runId();
  }

  public ModelSpec model() {
    return record.config().model();
  }
}
