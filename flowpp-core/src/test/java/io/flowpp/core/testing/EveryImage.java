package io.flowpp.core.testing;

import io.flowpp.core.data.ImageSource;
import io.flowpp.core.spec.ImageShape;

/**
 * All (2^bits)^D images of a shape small enough to list them: image i is i's digits, last fastest.
 */
public record EveryImage(ImageShape shape, int bits) implements ImageSource {
  @Override
  public int size() {
    return Math.toIntExact(1L << (bits * shape.dimensions()));
  }

  @Override
  public void read(int index, byte[] target, int offset) {
    int d = shape.dimensions();
    for (int i = 0; i < d; i++) {
      target[offset + i] = (byte) (index >> (bits * (d - 1 - i)) & (1 << bits) - 1);
    }
  }

  @Override
  public int label(int index) {
    return 0;
  }
}
