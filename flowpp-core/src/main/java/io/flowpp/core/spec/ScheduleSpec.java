package io.flowpp.core.spec;

/** The learning rate as a factor of its peak, a function of the step (counted from 1). */
public sealed interface ScheduleSpec {
  /** min(1, step / warmup). */
  record Constant(int warmup) implements ScheduleSpec {}

  /**
   * Linear warm-up, then half a cosine from 1 down to {@code floor} at {@code horizon}, constant
   * after it.
   */
  record Cosine(int warmup, int horizon, double floor) implements ScheduleSpec {}
}
