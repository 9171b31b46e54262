package io.flowpp.platform.sweep;

/** What trials are ranked by: {@code final/test_bpd}, to be made small, by default. */
public record Metric(String name, Direction direction) {
  /** Which values are good. */
  public enum Direction {
    MINIMIZE,
    MAXIMIZE
  }

  /** Whether {@code one} is better than {@code other}. */
  public boolean isBetter(double one, double other) {
    return direction == Direction.MINIMIZE ? one < other : one > other;
  }
}
