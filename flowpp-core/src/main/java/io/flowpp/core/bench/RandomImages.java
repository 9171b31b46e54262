package io.flowpp.core.bench;

import io.flowpp.core.data.ImageSource;
import io.flowpp.core.random.CounterRandom;
import io.flowpp.core.spec.ImageShape;

/** Uniformly random images in memory: what is measured here does not depend on what they show. */
record RandomImages(ImageShape shape, int bits, byte[] pixels) implements ImageSource {
  static RandomImages of(ImageShape shape, int bits, int count) {
    if (bits > Byte.SIZE) {
      throw new IllegalArgumentException("an image has at most 8 bits a value, not " + bits);
    }
    byte[] pixels = new byte[Math.multiplyExact(count, shape.dimensions())];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) CounterRandom.below(0, i, 1 << bits);
    }
    return new RandomImages(shape, bits, pixels);
  }

  @Override
  public int size() {
    return pixels.length / shape.dimensions();
  }

  @Override
  public void read(int index, byte[] target, int offset) {
    System.arraycopy(pixels, index * shape.dimensions(), target, offset, shape.dimensions());
  }

  @Override
  public int label(int index) {
    return 0;
  }
}
