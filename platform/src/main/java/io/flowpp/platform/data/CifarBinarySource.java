package io.flowpp.platform.data;

import io.flowpp.core.spec.ImageShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * CIFAR-10 in its binary version: five training batches and a test batch, each record a label and
 * 3072 bytes [C,H,W].
 */
public record CifarBinarySource(Path directory) implements DataSource {
  static final String FORMAT = "cifar-binary";
  private static final ImageShape SHAPE = new ImageShape(32, 32, 3);
  private static final int RECORD = 1 + SHAPE.dimensions();
  private static final int HIGHEST_LABEL = 9;
  private static final String TEST = "test_batch.bin";
  private static final List<String> TRAIN =
      IntStream.rangeClosed(1, 5).mapToObj(number -> "data_batch_" + number + ".bin").toList();

  @Override
  public String format() {
    return FORMAT;
  }

  @Override
  public List<String> missing() {
    return names().filter(name -> !Files.isRegularFile(directory.resolve(name))).toList();
  }

  @Override
  public List<Path> rawFiles() {
    requireComplete();
    return names().map(directory::resolve).toList();
  }

  @Override
  public SourceLayout layout() {
    requireComplete();
    return new SourceLayout(SHAPE, TRAIN.stream().map(this::batch).toList(), List.of(batch(TEST)));
  }

  private static Stream<String> names() {
    return Stream.concat(TRAIN.stream(), Stream.of(TEST));
  }

  private FlatImages batch(String name) {
    Path file = directory.resolve(name);
    long size;
    try {
      size = Files.size(file);
    } catch (IOException fault) {
      throw DataFault.unreadable(fault, file);
    }
    if (size == 0 || size % RECORD != 0) {
      throw DataFault.damaged(
          size == 0 ? "empty-file" : "truncated-file",
          DataFault.text(
              "holds %,d bytes, expected whole records of %,d (one label, 32x32x3 values)",
              size, RECORD),
          file);
    }
    RawFile raw = new RawFile(file.toString(), false, size);
    return new FlatImages(
        new FlatImages.Column(raw, 1, RECORD),
        new FlatImages.Column(raw, 0, RECORD),
        Math.toIntExact(size / RECORD),
        FlatImages.PixelOrder.PLANAR,
        HIGHEST_LABEL);
  }
}
