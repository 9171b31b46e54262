package io.flowpp.platform.execution;

import io.flowpp.platform.stage.StageEvent;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * Counts what part of its time a training spends on being tracked: its events come on the training
 * thread, which goes on when they are told.
 */
final class TrackingTime implements Consumer<StageEvent> {
  private final Consumer<StageEvent> tracker;
  private long begin;
  private long end;
  private long spent;
  private boolean begun;

  TrackingTime(Consumer<StageEvent> tracker) {
    this.tracker = tracker;
  }

  @Override
  public void accept(StageEvent event) {
    long before = System.nanoTime();
    tracker.accept(event);
    add(before, System.nanoTime());
  }

  /** From the first event to the last; empty where there was no time between them. */
  synchronized OptionalDouble share() {
    return end > begin ? OptionalDouble.of((double) spent / (end - begin)) : OptionalDouble.empty();
  }

  private synchronized void add(long before, long after) {
    if (!begun) {
      begin = before;
      begun = true;
    }
    end = after;
    spent += after - before;
  }
}
