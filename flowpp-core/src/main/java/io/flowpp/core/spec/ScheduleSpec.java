package io.flowpp.core.spec;

import java.util.List;

/** The learning rate as a factor of its peak, a function of the step (counted from 1). */
public sealed interface ScheduleSpec {
  /** min(1, step / warmup). */
  record Constant(int warmup) implements ScheduleSpec {
    /**
     * @throws SpecException if the warm-up is negative
     */
    public Constant {
      SpecException.requireNotNegative("steps of warm-up", warmup);
    }
  }

  /**
   * Linear warm-up, then half a cosine from 1 down to {@code floor} at {@code horizon}, constant
   * after it.
   */
  record Cosine(int warmup, int horizon, double floor) implements ScheduleSpec {
    /**
     * @throws SpecException if the warm-up is negative, the horizon not after it, or the floor not
     *     in [0,1]
     */
    public Cosine {
      SpecException.requireNotNegative("steps of warm-up", warmup);
      if (horizon <= warmup) {
        throw new SpecException(
            "a cosine arrives after its warm-up of " + warmup + " steps, not at step " + horizon);
      }
      SpecException.requireFactor(floor);
    }
  }

  /**
   * Pieces one after another, without a jump where a piece does not say with what it begins; before
   * the first step the factor is 0, after the last piece that with which it ended.
   */
  record Pieces(List<SchedulePiece> pieces) implements ScheduleSpec {
    /**
     * @throws SpecException if there is no piece, one does not end after the one before it, the
     *     first holds or decays from nothing, or a decay begins below its floor
     */
    public Pieces {
      pieces = List.copyOf(pieces);
      if (pieces.isEmpty()) {
        throw new SpecException("a schedule of pieces has at least one");
      }
      int begin = 0;
      double start = 0;
      for (int i = 0; i < pieces.size(); i++) {
        SchedulePiece piece = pieces.get(i);
        if (begin == SchedulePiece.FOREVER) {
          throw new SpecException("piece " + i + " never ends, but another one follows it");
        }
        if (piece.until() <= begin) {
          String after = i == 0 ? "at step 1 or later" : "after step " + begin;
          throw new SpecException(
              "piece " + (i + 1) + " must end " + after + ", not at step " + piece.until());
        }
        Double from = piece.from();
        if (i == 0 && from == null && !(piece instanceof SchedulePiece.Linear)) {
          throw new SpecException("piece 1 must say with what it begins: nothing is before it");
        }
        start = from == null ? start : from;
        if (piece instanceof SchedulePiece.Decay decay && start < decay.floor()) {
          throw new SpecException(
              "piece " + (i + 1) + " decays to " + decay.floor() + ", but begins at " + start);
        }
        int length = piece.until() - begin;
        start = piece.factor(start, length, length);
        begin = piece.until();
      }
    }
  }
}
