package io.flowpp.platform.sweep;

import io.flowpp.platform.config.Origin;

/** How values are chosen. */
sealed interface Search {
  /** Every value with every other. */
  record Grid() implements Search {}

  /**
   * @param trials different draws; each is run with every ablation and every seed
   */
  record Random(int trials, long seed, Origin origin) implements Search {}
}
