package io.flowpp.platform.stage;

import io.flowpp.core.train.TrainingListener;
import java.nio.file.Path;

/** What a stage does, told while it does it. Best effort: the truth is in the stage's output. */
public sealed interface StageEvent {
  /**
   * The stage works from {@code done} on; above 0 where an earlier process had begun.
   *
   * @param unit what is counted: step, shard, part
   */
  record Started(int done, int total, String unit) implements StageEvent {}

  /** {@code done} of {@code total} units are finished. */
  record Progress(int done, int total) implements StageEvent {}

  /** One unit of a stage of many is finished, in whatever order. */
  record UnitDone(int index) implements StageEvent {}

  /** One training step. */
  record Stepped(TrainingListener.Step step) implements StageEvent {}

  /** One validation. */
  record Validated(TrainingListener.Validation validation) implements StageEvent {}

  /** A training step that was skipped. */
  record Skipped(TrainingListener.Skip skip) implements StageEvent {}

  /** A training that went back to a checkpoint. */
  record Returned(TrainingListener.Return gone) implements StageEvent {}

  /** Something that whoever started the run should know. */
  record Noticed(String message) implements StageEvent {}

  /** Samples of the weights of a step, drawn beside the training. */
  record Pictured(int step, Path file) implements StageEvent {}

  /** Everything up to {@code step} will not be computed again. */
  record Checkpointed(int step) implements StageEvent {}

  /** The stage waits for something that another process holds. */
  record Waiting(String message) implements StageEvent {}
}
