package io.flowpp.platform.stage;

import io.flowpp.core.train.TrainingListener;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Passes on what a training tells. */
final class TrainingEvents implements TrainingListener {
  private final Consumer<StageEvent> events;
  private int steps;

  TrainingEvents(Consumer<StageEvent> events) {
    this.events = events;
  }

  @Override
  public void started(int step, int steps) {
    this.steps = steps;
    events.accept(new StageEvent.Started(step, steps, "step"));
  }

  @Override
  public void step(Step step) {
    events.accept(new StageEvent.Progress(step.step(), steps));
    events.accept(new StageEvent.Stepped(step));
  }

  @Override
  public void validated(Validation validation) {
    events.accept(new StageEvent.Validated(validation));
  }

  @Override
  public void skipped(Skip skip) {
    events.accept(new StageEvent.Progress(skip.step(), steps));
    events.accept(new StageEvent.Skipped(skip));
  }

  @Override
  public void returned(Return gone) {
    events.accept(new StageEvent.Progress(gone.to(), steps));
    events.accept(new StageEvent.Returned(gone));
  }

  @Override
  public void noticed(String message) {
    events.accept(new StageEvent.Noticed(message));
  }

  @Override
  public void checkpointed(int step, Path directory) {
    events.accept(new StageEvent.Checkpointed(step));
  }
}
