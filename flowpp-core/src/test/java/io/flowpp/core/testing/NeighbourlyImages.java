package io.flowpp.core.testing;

import io.flowpp.core.data.ImageSource;
import io.flowpp.core.random.CounterRandom;
import io.flowpp.core.spec.ImageShape;

/** Images in which most values repeat the one before: few of all possible images are likely. */
public record NeighbourlyImages(ImageShape shape, int bits, int size, long seed)
    implements ImageSource {
  /** Of 100 values after the first, how many are drawn anew. */
  private static final int FRESH = 30;

  @Override
  public void read(int index, byte[] target, int offset) {
    byte value = 0;
    for (int i = 0; i < shape.dimensions(); i++) {
      if (i == 0 || CounterRandom.below(seed + index, 2L * i, 100) < FRESH) {
        value = (byte) CounterRandom.below(seed + index, 2L * i + 1, 1 << bits);
      }
      target[offset + i] = value;
    }
  }

  @Override
  public int label(int index) {
    return 0;
  }
}
