package io.flowpp.platform.tracking;

import java.util.HashMap;
import java.util.Map;

/**
 * The steps that one metric has a value for: an eighth of a byte a step where they are dense, as
 * they are in a long training.
 */
final class StepSet {
  private static final int WORDS = 8;
  private static final int SHIFT = 9; // 512 steps a block: 8 words of 64 bits

  private final Map<Long, long[]> blocks = new HashMap<>();

  boolean contains(long step) {
    long[] block = blocks.get(step >> SHIFT);
    return block != null && (block[word(step)] & bit(step)) != 0;
  }

  void add(long step) {
    long[] block = blocks.computeIfAbsent(step >> SHIFT, any -> new long[WORDS]);
    block[word(step)] |= bit(step);
  }

  private static int word(long step) {
    return (int) (step >> 6) & (WORDS - 1);
  }

  private static long bit(long step) {
    return 1L << step; // Java takes the lowest six bits of the shift
  }
}
