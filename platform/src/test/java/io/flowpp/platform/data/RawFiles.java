package io.flowpp.platform.data;

import io.flowpp.core.random.CounterRandom;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/**
 * Writes small raw data sets whose every byte is known: value {@code i} of file {@code seed} is
 * {@link #value}.
 */
public final class RawFiles {
  static final int HEIGHT = 5;
  static final int WIDTH = 3;

  private RawFiles() {}

  /** The four files of the MNIST family, of 5x3 images; those of the training set gzipped. */
  public static Path idx(Path directory, int train, int test) {
    write(directory.resolve("train-images-idx3-ubyte.gz"), gzip(idxImages(1, train)));
    write(directory.resolve("train-labels-idx1-ubyte.gz"), gzip(idxLabels(2, train)));
    write(directory.resolve("t10k-images-idx3-ubyte"), idxImages(3, test));
    write(directory.resolve("t10k-labels-idx1-ubyte"), idxLabels(4, test));
    return directory;
  }

  /** The six files of CIFAR-10, of {@code records} images each. */
  static Path cifar(Path directory, int records) {
    for (int batch = 1; batch <= 6; batch++) {
      byte[] bytes = new byte[records * 3073];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (i % 3073 == 0 ? i / 3073 % 10 : value(batch, i));
      }
      write(
          directory.resolve(batch == 6 ? "test_batch.bin" : "data_batch_" + batch + ".bin"), bytes);
    }
    return directory;
  }

  static byte[] idxImages(int seed, int count) {
    return idx(0x803, seed, count * HEIGHT * WIDTH, count, HEIGHT, WIDTH);
  }

  static byte[] idxLabels(int seed, int count) {
    return idx(0x801, seed, count, count);
  }

  static byte[] idx(int magic, int seed, int values, int... dimensions) {
    ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * dimensions.length + values).putInt(magic);
    for (int dimension : dimensions) {
      bytes.putInt(dimension);
    }
    for (int i = 0; i < values; i++) {
      bytes.put((byte) value(seed, i));
    }
    return bytes.array();
  }

  static int value(int seed, int index) {
    return CounterRandom.below(seed, index, 256);
  }

  static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
    return out.toByteArray();
  }

  static void write(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }
}
