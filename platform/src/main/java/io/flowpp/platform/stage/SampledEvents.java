package io.flowpp.platform.stage;

import io.flowpp.core.train.TrainingListener;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Passes on what a training tells, and has samples drawn of its checkpoints. */
final class SampledEvents implements TrainingListener {
  private final TrainingEvents events;
  private final TrainingSamples samples;
  private final Consumer<StageEvent> listener;

  SampledEvents(Consumer<StageEvent> listener, TrainingSamples samples) {
    this.events = new TrainingEvents(listener);
    this.samples = samples;
    this.listener = listener;
  }

  @Override
  public void started(int step, int steps) {
    events.started(step, steps);
  }

  @Override
  public void step(Step step) {
    events.step(step);
    samples.told().forEach(listener);
  }

  @Override
  public void validated(Validation validation) {
    events.validated(validation);
  }

  @Override
  public void checkpointed(int step, Path directory) {
    events.checkpointed(step, directory);
    samples.checkpointed(step, directory);
  }

  @Override
  public void skipped(Skip skip) {
    events.skipped(skip);
  }

  @Override
  public void returned(Return gone) {
    samples.returned(gone.to());
    events.returned(gone);
  }

  @Override
  public void noticed(String message) {
    events.noticed(message);
  }
}
