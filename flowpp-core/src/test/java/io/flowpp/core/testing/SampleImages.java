package io.flowpp.core.testing;

import io.flowpp.core.data.ImageSource;
import io.flowpp.core.spec.ImageShape;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/** Real images: the part of Fashion-MNIST that lies beside the experiments; labels are not read. */
public final class SampleImages implements ImageSource {
  private static final ImageShape SHAPE = new ImageShape(28, 28, 1);
  private static final int HEADER = 16;

  private final byte[] pixels;

  private SampleImages(byte[] pixels) {
    this.pixels = pixels;
  }

  /** 10,000 images. */
  public static SampleImages train() {
    return read("train-images-idx3-ubyte.gz");
  }

  /** 2,000 images. */
  public static SampleImages test() {
    return read("t10k-images-idx3-ubyte.gz");
  }

  private static SampleImages read(String file) {
    Path path = Path.of("..", "experiments", "sample-data", file);
    try (InputStream in = new GZIPInputStream(Files.newInputStream(path))) {
      byte[] all = in.readAllBytes();
      return new SampleImages(Arrays.copyOfRange(all, HEADER, all.length));
    } catch (IOException e) {
      throw new UncheckedIOException(path.toString(), e);
    }
  }

  @Override
  public ImageShape shape() {
    return SHAPE;
  }

  @Override
  public int bits() {
    return 8;
  }

  @Override
  public int size() {
    return pixels.length / SHAPE.dimensions();
  }

  @Override
  public void read(int index, byte[] target, int offset) {
    System.arraycopy(pixels, index * SHAPE.dimensions(), target, offset, SHAPE.dimensions());
  }

  @Override
  public int label(int index) {
    return 0;
  }
}
