package io.flowpp.core.evaluate;

/** The values 0..2^bits-1 of an image. */
record Levels(int bits) {
  /**
   * Floors and clips every value.
   *
   * @throws IllegalArgumentException if a byte does not hold them
   */
  byte[] of(double[] values) {
    if (bits > Byte.SIZE) {
      throw new IllegalArgumentException("images of " + bits + " bits are not held as bytes");
    }
    byte[] levels = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      levels[i] = (byte) Math.max(0, Math.min(top(), (int) Math.floor(values[i])));
    }
    return levels;
  }

  /** How many of the images, each of {@code dimensions} values, have one outside [0,2^bits). */
  int outside(double[] values, int dimensions) {
    int outside = 0;
    for (int image = 0; image < values.length / dimensions; image++) {
      boolean leaks = false;
      for (int i = image * dimensions; i < (image + 1) * dimensions; i++) {
        leaks |= !(values[i] >= 0 && values[i] < top() + 1);
      }
      outside += leaks ? 1 : 0;
    }
    return outside;
  }

  /** Levels spread over 0..255, rounded down. */
  byte[] grey(byte[] levels) {
    byte[] grey = new byte[levels.length];
    for (int i = 0; i < levels.length; i++) {
      grey[i] = (byte) ((levels[i] & 255) * 255 / top());
    }
    return grey;
  }

  private int top() {
    return (1 << bits) - 1;
  }
}
