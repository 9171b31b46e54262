package io.flowpp.platform.data;

import io.flowpp.core.spec.ImageShape;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The MNIST family (LeCun's IDX format): four files of images and labels, plain or gzipped, under
 * the published names or with a prefix as EMNIST has. Where a file is there both ways, the plain
 * one is read. Images of several channels are files of four dimensions, [N,H,W,C], named idx4.
 */
public record IdxSource(Path directory) implements DataSource {
  static final String FORMAT = "idx";
  private static final int ANY_BYTE = 255;

  private enum Part {
    TRAIN_IMAGES("train-images", "train-images[-.]idx[34]-ubyte"),
    TRAIN_LABELS("train-labels", "train-labels[-.]idx1-ubyte"),
    TEST_IMAGES("t10k-images", "(?:t10k|test)-images[-.]idx[34]-ubyte"),
    TEST_LABELS("t10k-labels", "(?:t10k|test)-labels[-.]idx1-ubyte");

    private final String published;
    private final Pattern names;

    Part(String stem, String names) {
      this.published = stem + (stem.endsWith("images") ? "-idx3-ubyte" : "-idx1-ubyte");
      this.names = Pattern.compile("(?:.*-)?" + names + "(?:\\.gz)?");
    }
  }

  @Override
  public String format() {
    return FORMAT;
  }

  @Override
  public List<String> missing() {
    return Stream.of(Part.values())
        .filter(part -> candidates(part).isEmpty())
        .map(part -> part.published + "[.gz]")
        .toList();
  }

  @Override
  public List<Path> rawFiles() {
    requireComplete();
    return Stream.of(Part.values()).map(this::find).toList();
  }

  @Override
  public SourceLayout layout() {
    requireComplete();
    IdxHeader trainImages = IdxHeader.read(find(Part.TRAIN_IMAGES), IdxHeader.IMAGES);
    IdxHeader testImages = IdxHeader.read(find(Part.TEST_IMAGES), IdxHeader.IMAGES);
    FlatImages train = pair(trainImages, IdxHeader.read(find(Part.TRAIN_LABELS), IdxHeader.LABELS));
    FlatImages test = pair(testImages, IdxHeader.read(find(Part.TEST_LABELS), IdxHeader.LABELS));
    ImageShape shape = shape(trainImages);
    if (!shape.equals(shape(testImages))) {
      throw DataFault.damaged(
          "shape-mismatch",
          "holds test images of " + shape(testImages) + ", the training images are " + shape,
          Path.of(testImages.file().path()));
    }
    return new SourceLayout(shape, List.of(train), List.of(test));
  }

  private static FlatImages pair(IdxHeader images, IdxHeader labels) {
    if (images.count() != labels.count()) {
      throw DataFault.damaged(
          "label-count",
          DataFault.text(
              "holds %,d labels for the %,d images of %s",
              labels.count(), images.count(), Path.of(images.file().path()).getFileName()),
          Path.of(labels.file().path()));
    }
    return new FlatImages(
        new FlatImages.Column(images.file(), images.bytes(), images.itemBytes()),
        new FlatImages.Column(labels.file(), labels.bytes(), labels.itemBytes()),
        images.count(),
        FlatImages.PixelOrder.INTERLEAVED,
        ANY_BYTE);
  }

  private static ImageShape shape(IdxHeader images) {
    List<Integer> sides = images.dimensions();
    return new ImageShape(sides.get(1), sides.get(2), sides.size() == 4 ? sides.get(3) : 1);
  }

  private Path find(Part part) {
    List<Path> found = candidates(part);
    List<Path> plain =
        found.stream()
            .filter(path -> !path.toString().toLowerCase(Locale.ROOT).endsWith(".gz"))
            .toList();
    List<Path> chosen = plain.isEmpty() ? found : plain;
    if (chosen.size() != 1) {
      throw new UserFault(
          ExitCode.USAGE,
          "ambiguous-data",
          "holds several files that could be the "
              + part.published
              + ": "
              + chosen.stream().map(Path::getFileName).toList(),
          directory.toString(),
          "leave one data set in the directory");
    }
    return chosen.get(0);
  }

  private List<Path> candidates(Part part) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(path -> part.names.matcher(path.getFileName().toString()).matches())
          .sorted()
          .toList();
    } catch (IOException fault) {
      throw DataFault.unreadable(fault, directory);
    }
  }
}
