package io.flowpp.core.random;

/**
 * Noise as a pure function of (seed, index): value {@code i} of a seed is the same in whatever
 * order, length or thread it is drawn.
 *
 * <p>Word {@code i} of a seed is {@code mix(base + i * GOLDEN)}, SplitMix64 started at a scrambled
 * seed, so that neighbouring seeds are unrelated too. Uniform and Gaussian numbers of one seed come
 * from different words and are independent.
 */
public final class CounterRandom {
  private static final long UNIFORM = 0xD1B54A32D192ED03L;
  private static final long GAUSSIAN = 0x8CB92BA72F3D8DD7L;
  private static final long BITS = 0xAAAAAAAAAAAAAAABL;

  /**
   * Spacing of the uniform numbers. 24 bits and a half step would round to 1 at the upper end, 23
   * are exact in a float.
   */
  private static final float UNIFORM_STEP = 0x1p-23f;

  private CounterRandom() {}

  /**
   * Fills {@code out} with U(0,1), the open interval: from 2^-24 to 1 - 2^-24 in steps of 2^-23.
   */
  public static void uniform(long seed, float[] out) {
    uniform(seed, 0, out, 0, out.length);
  }

  /**
   * Values {@code from} to {@code from + length} of the seed, from {@code offset} of {@code out}
   * on.
   */
  public static void uniform(long seed, long from, float[] out, int offset, int length) {
    long base = Seeds.mix(seed ^ UNIFORM);
    for (int i = 0; i < length; i++) {
      out[offset + i] = ((int) (word(base, from + i) >>> 41) + 0.5f) * UNIFORM_STEP;
    }
  }

  /**
   * Fills {@code out} with N(0,1), by inversion: right in the tails, up to 8.1 standard deviations.
   */
  public static void gaussian(long seed, float[] out) {
    gaussian(seed, 0, out, 0, out.length);
  }

  /**
   * Values {@code from} to {@code from + length} of the seed, from {@code offset} of {@code out}
   * on.
   */
  public static void gaussian(long seed, long from, float[] out, int offset, int length) {
    long base = Seeds.mix(seed ^ GAUSSIAN);
    for (int i = 0; i < length; i++) {
      long word = word(base, from + i);
      double magnitude = NormalTail.upper(((word >>> 12) + 0.5) * 0x1p-53);
      out[offset + i] = (float) ((word & 1) == 0 ? magnitude : -magnitude);
    }
  }

  /**
   * Fills {@code out} with values {@code from} and on of the seed, 1 and 0: each is 0 with
   * probability {@code threshold / 256}. Eight values a word, since dropout wants a number for
   * every activation.
   */
  public static void mask(long seed, int threshold, long from, byte[] out) {
    long base = Seeds.mix(seed ^ BITS);
    int i = 0;
    while (i < out.length) {
      int skipped = (int) ((from + i) % Long.BYTES);
      long word = word(base, (from + i) / Long.BYTES) >>> (skipped * Byte.SIZE);
      int end = Math.min(out.length, i + Long.BYTES - skipped);
      for (; i < end; i++, word >>>= Byte.SIZE) {
        out[i] = (byte) ((word & 0xFF) < threshold ? 0 : 1);
      }
    }
  }

  /**
   * A number from 0 (inclusive) to {@code bound} (exclusive): the high half of a 64 by 32 bit
   * product, whose bias is below bound / 2^64.
   */
  public static int below(long seed, long index, int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound must be at least 1, not " + bound);
    }
    long word = word(Seeds.mix(seed ^ BITS), index);
    // word * bound / 2^64, both unsigned: the signed high half lacks bound where the word's top bit
    // is set
    return (int) (Math.multiplyHigh(word, bound) + ((word >> 63) & bound));
  }

  private static long word(long base, long index) {
    return Seeds.mix(base + index * Seeds.GOLDEN);
  }
}
