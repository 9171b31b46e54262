package io.flowpp.core.spec;

/** Height, width and channels of one image; tensors of images are [B,H,W,C]. */
public record ImageShape(int height, int width, int channels) {
  public ImageShape {
    if (height < 1 || width < 1 || channels < 1) {
      throw new IllegalArgumentException(
          "an image has at least one row, column and channel, not "
              + height
              + "x"
              + width
              + "x"
              + channels);
    }
  }

  /** Number of dimensions D = H·W·C. */
  public int dimensions() {
    return height * width * channels;
  }

  @Override
  public String toString() {
    return height + "x" + width + "x" + channels;
  }
}
