package io.flowpp.core.train;

import io.flowpp.core.spec.SchedulePiece;
import io.flowpp.core.spec.ScheduleSpec;
import java.util.List;

/** Schedules as functions of the step, counted from 1. */
public final class LearningRate {
  private LearningRate() {}

  /** The factor of the peak learning rate at {@code step}. */
  public static double factor(ScheduleSpec schedule, int step) {
    if (schedule instanceof ScheduleSpec.Constant c) {
      return warmup(c.warmup(), step);
    }
    if (schedule instanceof ScheduleSpec.Cosine c) {
      double span = c.horizon() - c.warmup();
      double done = Math.min(1, Math.max(0, step - c.warmup()) / span);
      return warmup(c.warmup(), step)
          * (c.floor() + (1 - c.floor()) * (1 + Math.cos(Math.PI * done)) / 2);
    }
    if (schedule instanceof ScheduleSpec.Pieces p) {
      return piecewise(p.pieces(), step);
    }
    throw new IllegalStateException("a schedule without a rule: " + schedule);
  }

  private static double warmup(int warmup, int step) {
    return warmup == 0 ? 1 : Math.min(1, (double) step / warmup);
  }

  private static double piecewise(List<SchedulePiece> pieces, int step) {
    int begin = 0;
    double factor = 0;
    for (SchedulePiece piece : pieces) {
      Double from = piece.from();
      double start = from == null ? factor : from;
      int length = piece.until() - begin;
      factor = piece.factor(start, Math.min(step - begin, length), length);
      if (step <= piece.until()) {
        return factor;
      }
      begin = piece.until();
    }
    return factor;
  }
}
