package io.flowpp.core.spec;

import org.jspecify.annotations.Nullable;

/**
 * A stretch of a learning rate over the steps, as factors of the peak. It begins after the last
 * step of the piece before it (the first one after step 0) and ends with its own.
 */
public sealed interface SchedulePiece {
  /** The last step of a piece without end. */
  int FOREVER = Integer.MAX_VALUE;

  /** The factor that it begins with; null for the one with which the piece before it ended. */
  @Nullable Double from();

  /** Its last step, which belongs to it. */
  int until();

  /**
   * The factor after some steps.
   *
   * @param start the factor that it begins with
   * @param steps steps done of the piece
   * @param length its number of steps
   */
  double factor(double start, int steps, int length);

  /** A straight line, which arrives at {@code to} with its last step. */
  record Linear(@Nullable Double from, double to, int until) implements SchedulePiece {
    /**
     * @throws SpecException if a factor is not in [0,1], or it never ends
     */
    public Linear {
      requireFactor(from);
      requireFactor(to);
      if (until == FOREVER) {
        throw new SpecException("a line of a schedule has a last step");
      }
    }

    @Override
    public double factor(double start, int steps, int length) {
      // The line from the nearer end, so that it arrives exactly at either.
      double done = (double) steps / length;
      return done < .5 ? start + (to - start) * done : to - (to - start) * (1 - done);
    }
  }

  /** A constant. */
  record Hold(@Nullable Double from, int until) implements SchedulePiece {
    /**
     * @throws SpecException if the factor is not in [0,1]
     */
    public Hold {
      requireFactor(from);
    }

    @Override
    public double factor(double start, int steps, int length) {
      return start;
    }
  }

  /** {@code ratio} times as much with every step, but no less than {@code floor}. */
  record Decay(@Nullable Double from, double ratio, double floor, int until)
      implements SchedulePiece {
    /**
     * @throws SpecException if a factor is not in [0,1], or the ratio not within (0,1)
     */
    public Decay {
      requireFactor(from);
      requireFactor(floor);
      if (!(ratio > 0 && ratio < 1)) {
        throw new SpecException("a decay has a ratio above 0 and below 1, not " + ratio);
      }
    }

    @Override
    public double factor(double start, int steps, int length) {
      return Math.max(floor, start * Math.pow(ratio, steps));
    }
  }

  private static void requireFactor(@Nullable Double factor) {
    if (factor != null) {
      SpecException.requireFactor(factor);
    }
  }
}
