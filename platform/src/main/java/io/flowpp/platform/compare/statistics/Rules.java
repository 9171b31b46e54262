package io.flowpp.platform.compare.statistics;

/**
 * By which rules a family of comparisons is judged.
 *
 * @param level of the family: .05, so that intervals are of 95%
 * @param margin differences below it do not matter, in the metric's unit: .01 bits/dim
 * @param power that the number of seeds is counted for: .8
 * @param better which values of the metric are good
 */
public record Rules(double level, double margin, double power, Better better) {
  /** Which values of a metric are good. */
  public enum Better {
    LOWER,
    HIGHER
  }

  /** Those of bits per dimension. */
  public static final Rules BITS_PER_DIM = new Rules(.05, .01, .8, Better.LOWER);

  public Rules {
    if (!(level > 0 && level < 1 && margin > 0 && power > 0 && power < 1)) {
      throw new IllegalArgumentException(
          "a level and a power between 0 and 1 and a margin above 0, not "
              + level
              + ", "
              + power
              + ", "
              + margin);
    }
  }
}
