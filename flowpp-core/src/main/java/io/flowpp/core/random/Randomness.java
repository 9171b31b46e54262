package io.flowpp.core.random;

/** Where a batch's random numbers come from. */
public interface Randomness {
  /** Fills {@code out} with U(0,1). */
  void uniform(float[] out);

  /** Fills {@code out} with N(0,1). */
  void gaussian(float[] out);

  /** All numbers of the batch from one seed. */
  static Randomness ofBatch(long seed) {
    return ofImages(new long[] {seed});
  }

  /**
   * An equal part of the batch from each seed: an image's numbers do not depend on the images
   * beside it.
   */
  static Randomness ofImages(long[] seeds) {
    return new Randomness() {
      @Override
      public void uniform(float[] out) {
        int part = part(out);
        for (int i = 0; i < seeds.length; i++) {
          CounterRandom.uniform(seeds[i], 0, out, i * part, part);
        }
      }

      @Override
      public void gaussian(float[] out) {
        int part = part(out);
        for (int i = 0; i < seeds.length; i++) {
          CounterRandom.gaussian(seeds[i], 0, out, i * part, part);
        }
      }

      private int part(float[] out) {
        if (out.length % seeds.length != 0) {
          throw new IllegalArgumentException(
              out.length + " numbers do not divide among " + seeds.length + " images");
        }
        return out.length / seeds.length;
      }
    };
  }
}
