package io.flowpp.platform.report;

import io.flowpp.core.data.ImageSource;
import io.flowpp.core.evaluate.SampleGrid;
import io.flowpp.core.spec.ImageShape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Images as PNG: grids with every pixel enlarged to a square of whole screen pixels, and single
 * thumbnails.
 */
final class Pictures {
  private static final int SEPARATOR = 2;
  private static final int SEPARATOR_GREY = 0x90;

  /** An image is enlarged to about this many pixels. */
  private static final int TILE = 96;

  private Pictures() {}

  /** Columns that make a grid of {@code images} about square. */
  static int squareColumns(int images) {
    return (int) Math.ceil(Math.sqrt(images));
  }

  /** Images {@code from} to {@code to} of {@code grid}, row by row. */
  static byte[] png(SampleGrid grid, int from, int to, int columns) throws IOException {
    ImageShape shape = grid.shape();
    int scale = Math.max(1, TILE / Math.max(shape.height(), shape.width()));
    int tileWidth = shape.width() * scale + SEPARATOR;
    int tileHeight = shape.height() * scale + SEPARATOR;
    int rows = (to - from + columns - 1) / columns;
    BufferedImage image =
        canvas(shape, columns * tileWidth - SEPARATOR, rows * tileHeight - SEPARATOR);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int index = from + y / tileHeight * columns + x / tileWidth;
        int row = y % tileHeight / scale;
        int column = x % tileWidth / scale;
        boolean inside = index < to && row < shape.height() && column < shape.width();
        int at = index * shape.dimensions() + (row * shape.width() + column) * shape.channels();
        set(
            image,
            x,
            y,
            inside ? colour(grid.pixels(), at, shape.channels(), 255) : SEPARATOR_GREY * 0x010101);
      }
    }
    return encode(image);
  }

  /** Image {@code index} of {@code images}, one screen pixel a pixel. */
  static byte[] thumbnail(ImageSource images, int index) throws IOException {
    ImageShape shape = images.shape();
    byte[] values = new byte[shape.dimensions()];
    images.read(index, values, 0);
    BufferedImage image = canvas(shape, shape.width(), shape.height());
    for (int y = 0; y < shape.height(); y++) {
      for (int x = 0; x < shape.width(); x++) {
        int at = (y * shape.width() + x) * shape.channels();
        set(image, x, y, colour(values, at, shape.channels(), (1 << images.bits()) - 1));
      }
    }
    return encode(image);
  }

  static byte[] encode(BufferedImage image) throws IOException {
    Iterator<ImageWriter> writers = ImageIO.getImageWritersByFormatName("png");
    ImageWriter writer = writers.next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    // In memory by name: ImageIO's default keeps a file in the temporary directory, which may be
    // full.
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(image);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  static String dataUri(byte[] png) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
  }

  private static BufferedImage canvas(ImageShape shape, int width, int height) {
    return new BufferedImage(
        width,
        height,
        shape.channels() < 3 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
  }

  /** Past the colour model, whose conversion to grey would change the values. */
  private static void set(BufferedImage image, int x, int y, int rgb) {
    if (image.getType() == BufferedImage.TYPE_BYTE_GRAY) {
      image.getRaster().setSample(x, y, 0, rgb & 0xff);
    } else {
      image.setRGB(x, y, rgb);
    }
  }

  /** The first three channels as red, green and blue, or the first as grey. */
  private static int colour(byte[] values, int at, int channels, int max) {
    int first = scaled(values[at], max);
    if (channels < 3) {
      return first * 0x010101;
    }
    return first << 16 | scaled(values[at + 1], max) << 8 | scaled(values[at + 2], max);
  }

  private static int scaled(byte value, int max) {
    return (value & 0xff) * 255 / max;
  }
}
