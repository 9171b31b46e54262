package io.flowpp.platform.compare.statistics;

import java.util.List;

/** Arms of at least two seeds each against a baseline, as one family. */
public final class SeedComparison {
  /** More seeds than anybody will run. */
  public static final int MOST_SEEDS = 1000;

  private SeedComparison() {}

  /**
   * The differences in the order of {@code others}.
   *
   * @throws IllegalArgumentException where an arm has fewer than two seeds
   */
  public static List<Difference> family(SeedValues baseline, List<SeedValues> others, Rules rules) {
    throw new UnsupportedOperationException("not computed yet");
  }

  /** The mean's own interval over seeds at the rules' level, by Student's t; needs two seeds. */
  public static Interval mean(SeedValues arm, Rules rules) {
    throw new UnsupportedOperationException("not computed yet");
  }
}
