package io.flowpp.core.testing;

import io.flowpp.core.data.ImageSource;
import io.flowpp.core.random.CounterRandom;
import io.flowpp.core.spec.ImageShape;

/**
 * Images that have something to learn: a horizontal ramp, shifted and noisy, a function of a seed.
 */
public record SyntheticImages(ImageShape shape, int size, long seed) implements ImageSource {
  @Override
  public int bits() {
    return 8;
  }

  @Override
  public void read(int index, byte[] target, int offset) {
    int shift = CounterRandom.below(seed, index, 64);
    for (int i = 0; i < shape.dimensions(); i++) {
      int column = i / shape.channels() % shape.width();
      int noise = CounterRandom.below(seed + 1 + index, i, 16);
      target[offset + i] = (byte) (shift + 20 * column + noise);
    }
  }

  @Override
  public int label(int index) {
    return index % 10;
  }
}
