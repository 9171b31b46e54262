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

/**
 * Real images: the part of Fashion-MNIST that lies beside the experiments, or the whole from a
 * folder; labels are not read.
 */
public final class SampleImages implements ImageSource {
  private static final ImageShape SHAPE = new ImageShape(28, 28, 1);
  private static final int HEADER = 16;

  private final byte[] pixels;
  private final int from;
  private final int to;

  private SampleImages(byte[] pixels, int from, int to) {
    this.pixels = pixels;
    this.from = from;
    this.to = to;
  }

  /** 10,000 images. */
  public static SampleImages train() {
    return read("train-images-idx3-ubyte.gz");
  }

  /** 2,000 images. */
  public static SampleImages test() {
    return read("t10k-images-idx3-ubyte.gz");
  }

  /** The training images in {@code folder}, unpacked as they are published: 60,000. */
  public static SampleImages train(Path folder) {
    Path path = folder.resolve("train-images-idx3-ubyte");
    try {
      return of(Files.readAllBytes(path));
    } catch (IOException e) {
      throw new UncheckedIOException(path.toString(), e);
    }
  }

  private static SampleImages read(String file) {
    Path path = Path.of("..", "experiments", "sample-data", file);
    try (InputStream in = new GZIPInputStream(Files.newInputStream(path))) {
      return of(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(path.toString(), e);
    }
  }

  private static SampleImages of(byte[] file) {
    byte[] pixels = Arrays.copyOfRange(file, HEADER, file.length);
    return new SampleImages(pixels, 0, pixels.length / SHAPE.dimensions());
  }

  /** All but the last tenth, which is what a run learns from. */
  public SampleImages learned() {
    return new SampleImages(pixels, from, to - size() / 10);
  }

  /** The last tenth, which a run holds out. */
  public SampleImages heldOut() {
    return new SampleImages(pixels, to - size() / 10, to);
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
    return to - from;
  }

  @Override
  public void read(int index, byte[] target, int offset) {
    int each = SHAPE.dimensions();
    System.arraycopy(pixels, (from + index) * each, target, offset, each);
  }

  @Override
  public int label(int index) {
    return 0;
  }
}
