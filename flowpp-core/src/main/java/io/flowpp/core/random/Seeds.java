package io.flowpp.core.random;

/**
 * Seeds derived from a root seed, a purpose and a step, and from nothing else: no generator is
 * carried along, so a resumed training draws what an uninterrupted one would have drawn, and a new
 * purpose does not shift the numbers of the others.
 */
public final class Seeds {
  /**
   * 2^64 divided by the golden ratio, the increment of SplitMix64 (Steele, Lea &amp; Flood, 2014).
   */
  static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private Seeds() {}

  /**
   * @param purpose what the numbers are for, such as {@code dequantization-noise}; different words
   *     give unrelated seeds
   * @param step any number: a training step, an epoch, an image
   */
  public static long derive(long root, String purpose, long step) {
    long hash = mix(root + GOLDEN);
    for (int i = 0; i < purpose.length(); i++) {
      hash = mix((hash ^ purpose.charAt(i)) + GOLDEN);
    }
    hash = mix((hash ^ purpose.length()) + GOLDEN);
    return mix((hash ^ mix(step)) + GOLDEN);
  }

  /**
   * The finaliser of SplitMix64 (variant 13 of Stafford): a bijection that changes half of the bits
   * when one changes.
   */
  static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
