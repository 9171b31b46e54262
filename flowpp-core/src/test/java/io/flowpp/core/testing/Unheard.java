package io.flowpp.core.testing;

import io.flowpp.core.train.TrainingListener;
import java.nio.file.Path;

/** A training to which nobody listens. */
public final class Unheard implements TrainingListener {
  @Override
  public void started(int step, int steps) {}

  @Override
  public void step(Step step) {}

  @Override
  public void validated(Validation validation) {}

  @Override
  public void checkpointed(int step, Path directory) {}
}
